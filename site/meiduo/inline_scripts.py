"""Wagtail 8.0 starts its choosers by scripts that stand in the page, which the Content-Security-Policy refuses.

Here they become marks that ``meiduo/start.js`` reads; templates of the same names do it for dates and inline panels.
"""

import json
import re
from typing import Any

from django.utils.html import format_html
from wagtail.admin.widgets import BaseChooser

#: ``new ImageChooser("id_cover", {…});`` or ``createTaskChooser("id_task");``: all that Wagtail writes there.
_CALL = re.compile(r"(?:new )?(\w+)\((.*)\);", re.DOTALL)


class NotUnderstood(ValueError):
    """A chooser starts itself in a way that the page could not do without a script in it."""


def mark_for(script: str) -> str:
    """The element that says what the script would do. Raises: NotUnderstood."""
    found = _CALL.fullmatch(script.strip())
    if found is None:
        raise NotUnderstood(script)
    try:
        arguments = json.loads(f"[{found[2]}]")
    except ValueError as broken:
        raise NotUnderstood(script) from broken
    return format_html('<span hidden data-mall-start="{}" data-mall-with="{}"></span>', found[1], json.dumps(arguments))


def _render(self: BaseChooser, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
    value_data = self.get_value_data(value)
    widget = self.render_html(name, value_data, attrs)
    return format_html("{}{}", widget, mark_for(self.render_js_init(attrs["id"], name, value_data)))


def replace() -> None:
    """From now on choosers are rendered without scripts."""
    BaseChooser.render = _render
