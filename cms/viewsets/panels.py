"""Inline lists whose order the editor drags, for models that keep it in ``sort_order``."""

from typing import Any

from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import InlinePanel, MultipleChooserPanel


class _Ordered:
    """Lets the formset take an order; the service writes it."""

    def __init__(self, *args: Any, formset: type[BaseChildFormSet] = BaseChildFormSet, **kwargs: Any) -> None:
        self.formset_class = formset
        super().__init__(*args, **kwargs)

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "formset": self.formset_class}  # type: ignore[misc]

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()  # type: ignore[misc]
        for formset in options["formsets"].values():
            formset.update(can_order=True, formset=self.formset_class)
        return options


class OrderedInlinePanel(_Ordered, InlinePanel):
    """An inline list that can be dragged."""


class OrderedMultipleChooserPanel(_Ordered, MultipleChooserPanel):
    """A list of chosen things that can be dragged, several chosen at once."""
