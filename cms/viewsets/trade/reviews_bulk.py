"""What is done with all ticked reviews at once."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.forms import Form
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.log_actions import log

from accounts.models import User
from cms.viewsets.trade.reviews import MODERATE
from cms.viewsets.trade.reviews_listing import ReviewFilterSet, search_reviews
from kernel.errors import DomainError
from shop.reviews.models import Review
from shop.reviews.selectors import reviews_for_staff
from shop.reviews.services import hide_review, show_review


class ReviewBulkAction(BulkAction):
    """One service over the ticked reviews, or over everything that the list's filters show."""

    models: ClassVar[list[type[Review]]] = [Review]
    template_name = "cms/trade/confirm_bulk.html"
    display_name: ClassVar[str | Promise] = ""
    action_type: ClassVar[str] = ""
    log_action: ClassVar[str]
    aria_label: ClassVar[str | Promise] = ""
    service: ClassVar[Callable[..., Review]]

    def __init_subclass__(cls) -> None:
        # Wagtail reads it from the class.
        cls.aria_label = cls.display_name

    @classmethod
    def get_queryset(cls, model: type[Review], object_ids: Iterable[Any]) -> list[Review]:
        ids = [int(pk) for pk in object_ids if str(pk).isdecimal() and len(str(pk)) < 19]
        return list(reviews_for_staff().filter(pk__in=ids).order_by("pk"))

    def get_all_objects_in_listing_query(self, parent_id: Any) -> list[int]:
        rows = search_reviews(Review.objects.all(), self.request.GET.get("q", ""))
        filters = ReviewFilterSet(self.request.GET, request=self.request)
        found = filters.filter_queryset(rows) if filters.is_valid() else rows.none()
        return list(found.values_list("pk", flat=True))

    def check_perm(self, obj: Review) -> bool:
        return bool(self.request.user.has_perm(MODERATE))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(display_name=self.display_name, **kwargs)

    def get_execution_context(self) -> dict[str, Any]:
        return {"user": self.request.user}

    @classmethod
    def execute_action(cls, objects: list[Review], user: User | None = None, **kwargs: Any) -> tuple[int, int]:
        for review in objects:
            cls.service(review_id=review.pk, by=user)
            log(instance=review, action=cls.log_action, user=user)
        return len(objects), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        done = ngettext("%(count)s 条评价已更新", "%(count)s 条评价已更新", num_parent_objects)
        return f"{self.display_name}：{done % {'count': num_parent_objects}}"

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            return super().form_valid(form)
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)


class ShowReviews(ReviewBulkAction):
    display_name = _("显示")
    action_type = "show"
    action_priority = 10
    log_action = "shop.show_review"
    service = staticmethod(show_review)


class HideReviews(ReviewBulkAction):
    display_name = _("隐藏")
    action_type = "hide"
    action_priority = 20
    log_action = "shop.hide_review"
    service = staticmethod(hide_review)


ACTIONS = (ShowReviews, HideReviews)
