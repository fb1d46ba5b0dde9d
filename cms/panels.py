"""Panels of editors that show and do not ask."""

from typing import Any

from django.utils.functional import cached_property
from wagtail.admin.panels import Panel

SEE_FIGURES = "cms.view_blockfigure"


class FiguresPanel(Panel):
    """What each block of this page, or this ad, did in the last 7 and 30 days. One query."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/marketing/figures_panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk) and bool(self.request.user.has_perm(SEE_FIGURES))

        def show_panel_furniture(self) -> bool:
            return self.is_shown()

        @cached_property
        def rows(self) -> list[dict[str, Any]]:
            """The places of the page with their sums."""
            from cms.models import CategoryAd
            from cms.selectors.block_keys import KeyPlace, ad_key, places_on
            from cms.selectors.figures import Sums, seven_and_thirty

            if isinstance(self.instance, CategoryAd):
                places = [KeyPlace(ad_key(self.instance.pk), None, "", self.instance.title, 0)]
            else:
                places = places_on(self.instance)
            sums = seven_and_thirty([place.key for place in places])
            nothing = (Sums(), Sums())
            shown = [(place, *sums.get(place.key, nothing)) for place in places]
            return [{"place": place, "week": week, "month": month} for place, week, month in shown]

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "rows": self.rows}
