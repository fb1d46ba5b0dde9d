"""Reviews: found, hidden and shown one by one, and answered."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button, HeaderButton

from cms.exports import SafeExportMixin
from cms.viewsets.inspecting import PlainInspectView
from cms.viewsets.read_only import ReadOnlyViewSet
from cms.viewsets.trade.acting import ActionView, Text
from cms.viewsets.trade.reviews_listing import ReviewFilterSet, pictures, search_reviews, stars
from shop.reviews.models import Review
from shop.reviews.selectors import reviews_for_staff
from shop.reviews.services import hide_review, reply_to_review, show_review

MODERATE = "shop.change_review"

State = Review.State


class ReviewIndexView(SafeExportMixin, generic.IndexView):
    any_permission_required = ["view"]
    export_values = {
        "state": lambda row: row.get_state_display(),
        "user": lambda row: row.user.get_username(),
        "images": lambda row: len(row.images),
        "replied_by": lambda row: row.replied_by.get_username() if row.replied_by else "",
    }

    @cached_property
    def columns(self) -> list[Column]:
        if not self.request.user.has_perm(MODERATE):
            return list(super().columns)
        return [BulkActionsCheckboxColumn("bulk_actions", obj_type="review"), *super().columns]

    def _get_title_column(self, field_name: str, column_class: type[Column] = TitleColumn, **kwargs: Any) -> Column:
        return super()._get_title_column(
            field_name, column_class, get_title_id=lambda row: f"review_{row.pk}_title", **kwargs
        )

    def get_base_queryset(self) -> QuerySet[Review]:
        return reviews_for_staff()

    def search_queryset(self, queryset: QuerySet[Review]) -> QuerySet[Review]:
        return search_reviews(queryset, self.search_query)

    def get_list_more_buttons(self, instance: Review) -> list[Any]:
        buttons: list[Any] = super().get_list_more_buttons(instance)
        return buttons + (row_buttons(instance) if self.request.user.has_perm(MODERATE) else [])


def row_buttons(review: Review) -> list[Button]:
    """What may be done with this review."""
    buttons = [Button(gettext("回复"), url=reverse("review:reply", args=[review.pk]), icon_name="edit", priority=15)]
    if review.state != State.SHOWN:
        url = reverse("review:show", args=[review.pk])
        buttons.append(Button(gettext("显示"), url=url, icon_name="view", priority=16))
    if review.state != State.HIDDEN:
        url = reverse("review:hide", args=[review.pk])
        buttons.append(Button(gettext("隐藏"), url=url, icon_name="no-view", priority=17))
    return buttons


class ReviewInspectView(PlainInspectView):
    any_permission_required = ["view"]
    page_title = _("评价")

    def get_page_subtitle(self) -> str:
        return self.object.sku.name

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.request.user.has_perm(MODERATE):
            return []
        return [
            HeaderButton(one.label, url=one.url, icon_name=one.icon_name, priority=one.priority)
            for one in row_buttons(self.object)
        ]

    def get_score_display_value(self) -> str:
        return stars(self.object)

    def get_images_display_value(self) -> SafeString | str:
        return pictures(self.object, width=200) or "-"

    def get_order_line_display_value(self) -> SafeString | str:
        order = self.object.order_line.order
        if not self.request.user.has_perm("shop.view_order"):
            return order.number
        return format_html('<a href="{}">{}</a>', reverse("order:inspect", args=[order.pk]), order.number)

    def get_field_label(self, field_name: str, field: Any) -> str:
        ours = {"order_line": gettext("订单"), "replied_by": gettext("回复人")}
        return ours.get(field_name) or super().get_field_label(field_name, field)


class ReviewActionView(ActionView):
    """Something done to one review."""

    permission = MODERATE
    index_url_name = "review:index"
    index_label = _("评价")
    inspect_url_name = "review:inspect"
    header_icon = "openquote"

    row: Review

    def get_rows(self) -> QuerySet[Review]:
        return reviews_for_staff()

    @property
    def row_label(self) -> str:
        return self.row.sku.name

    def get_intro(self) -> Text:
        return f"{stars(self.row)} {self.row.text}"


class ShowView(ReviewActionView):
    """Everybody sees the review."""

    log_action = "shop.show_review"
    page_title = _("显示评价")
    button_label = _("显示")

    def act(self, form: Form) -> Text:
        show_review(review_id=self.row.pk, by=self.staff)
        return gettext("评价已显示")


class HideView(ReviewActionView):
    """Nobody but staff sees the review."""

    log_action = "shop.hide_review"
    page_title = _("隐藏评价")
    button_label = _("隐藏")
    is_serious = True

    def act(self, form: Form) -> Text:
        hide_review(review_id=self.row.pk, by=self.staff)
        return gettext("评价已隐藏")


class ReplyForm(forms.Form):
    """What the shop says under the review."""

    reply = forms.CharField(label=_("商家回复"), max_length=500, widget=forms.Textarea({"rows": 4}))


class ReplyView(ReviewActionView):
    """The merchant's answer; another one replaces it."""

    log_action = "shop.reply_review"
    page_title = _("回复评价")
    form_class = ReplyForm
    button_label = _("回复")

    def get_initial(self) -> dict[str, Any]:
        return {"reply": self.row.reply}

    def act(self, form: ReplyForm) -> Text:
        reply_to_review(review_id=self.row.pk, by=self.staff, text=form.cleaned_data["reply"])
        return gettext("已回复")


class ReviewViewSet(ReadOnlyViewSet):
    """What buyers say. The words are theirs: staff show, hide and answer."""

    model = Review
    name = "review"
    icon = "openquote"
    menu_label = _("评价")
    menu_name = "reviews"
    index_view_class = ReviewIndexView
    inspect_view_class = ReviewInspectView
    index_template_name = "cms/trade/review_index.html"
    permissions = ("view", "change")
    search_fields = ["text", "sku__name"]
    filterset_class = ReviewFilterSet
    list_per_page = 50
    list_display = [
        "text",
        Column("score", label=_("评分"), accessor=stars, sort_key="score"),
        StatusTagColumn(
            "state", accessor="get_state_display", primary=lambda row: row.state == State.PENDING, label=_("状态")
        ),
        Column("sku", label=_("SKU"), accessor="sku.name"),
        Column("images", label=_("图片"), accessor=pictures),
        Column("user", label=_("买家"), accessor="user.username"),
        Column("reply", label=_("商家回复")),
        DateColumn("created_at", label=_("评价时间"), sort_key="created_at"),
    ]
    list_export = [
        *("created_at", "order_line.order.number", "sku.code", "sku.name", "user", "score", "text", "images"),
        *("is_anonymous", "state", "reply", "replied_by", "replied_at"),
    ]
    export_headings = {
        "order_line.order.number": _("订单"),
        "sku.code": _("SKU 编码"),
        "sku.name": _("SKU"),
        "replied_by": _("回复人"),
    }
    export_filename = "reviews"
    inspect_view_fields = [
        *("sku", "order_line", "user", "is_anonymous", "score", "text", "images", "state", "created_at"),
        *("reply", "replied_by", "replied_at"),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("show/<int:pk>/", ShowView.as_view(), name="show"),
            path("hide/<int:pk>/", HideView.as_view(), name="hide"),
            path("reply/<int:pk>/", ReplyView.as_view(), name="reply"),
        ]
