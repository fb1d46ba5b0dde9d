"""The list of reviews: what its rows show, how it is searched and filtered."""

from django import forms
from django.db.models import Q, QuerySet
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from cms.viewsets.filters import ChoiceFilter, DateFromToRangeFilter, MultipleChoiceFilter
from shop.reviews.models import Review
from shop.reviews.pictures import picture_url

State = Review.State

#: Pictures that a row shows.
MOST_PICTURES = 9


class ReviewFilterSet(WagtailFilterSet):
    state = MultipleChoiceFilter(label=_("状态"), choices=State.choices, widget=forms.CheckboxSelectMultiple)
    score = MultipleChoiceFilter(
        label=_("评分"),
        choices=[(number, _("%(stars)s 星") % {"stars": number}) for number in range(5, -1, -1)],
        widget=forms.CheckboxSelectMultiple,
    )
    pictures = ChoiceFilter(
        label=_("图片"), choices=[("yes", _("有图")), ("no", _("无图"))], empty_label=_("全部"), method="by_pictures"
    )
    reply = ChoiceFilter(
        label=_("回复"), choices=[("no", _("未回复")), ("yes", _("已回复"))], empty_label=_("全部"), method="by_reply"
    )
    created_at = DateFromToRangeFilter(label=_("评价时间"), widget=DateRangePickerWidget)

    class Meta:
        model = Review
        fields = ["state", "score", "created_at"]

    def by_pictures(self, rows: QuerySet[Review], name: str, value: str) -> QuerySet[Review]:
        return rows.exclude(images=[]) if value == "yes" else rows.filter(images=[])

    def by_reply(self, rows: QuerySet[Review], name: str, value: str) -> QuerySet[Review]:
        return rows.filter(reply="") if value == "no" else rows.exclude(reply="")


def search_reviews(rows: QuerySet[Review], query: str) -> QuerySet[Review]:
    """Reviews by their words, their SKU, their buyer, or their order."""
    text = query.replace("\x00", "").strip()
    if not text:
        return rows
    words = Q(text__icontains=text) | Q(reply__icontains=text)
    about = Q(sku__name__icontains=text) | Q(sku__code__icontains=text) | Q(user__username__icontains=text)
    return rows.filter(words | about | Q(order_line__order__number__startswith=text))


def stars(review: Review) -> str:
    """``★★★★☆``."""
    return "★" * review.score + "☆" * (5 - review.score)


def pictures(review: Review, width: int = 48) -> SafeString:
    """The review's pictures, each so many pixels wide."""
    return format_html_join(
        "",
        '<a href="{0}" target="_blank" rel="noreferrer"><img src="{0}" alt="" width="{1}" loading="lazy"></a> ',
        ((picture_url(name), width) for name in review.images[:MOST_PICTURES]),
    )
