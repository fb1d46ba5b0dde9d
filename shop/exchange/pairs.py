"""A spec in one cell: ``颜色:黑色``. A colon inside the name has a backslash before it."""

import re

_COLONS = ":："
_SPECIAL = re.compile(r"([\\:：])")
_ESCAPED = re.compile(r"\\([\\:：])")


def joined(name: str, value: str) -> str:
    """The spec as one text; ``split`` undoes it."""
    return _SPECIAL.sub(r"\\\1", name) + ":" + value


def split(text: str) -> tuple[str, str]:
    """The name before the first colon and the value after it; an empty value where there is no colon."""
    place = 0
    while place < len(text) and text[place] not in _COLONS:
        place += 2 if _ESCAPED.match(text, place) else 1
    return _ESCAPED.sub(r"\1", text[:place]).strip(), text[place + 1 :].strip()
