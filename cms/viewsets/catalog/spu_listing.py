"""The list of products: what its rows show, how it is searched and filtered."""

from typing import Any

from django import forms
from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from cms.viewsets.catalog.tree import BelowFilter
from cms.viewsets.columns import with_pictures
from cms.viewsets.filters import ModelChoiceFilter, MultipleChoiceFilter
from kernel import clock
from shop.catalog.models import Brand, Sku, Spu


def with_sku_sums(spus: QuerySet[Spu]) -> QuerySet[Spu]:
    """These products with lowest and highest price, whole stock and number of SKUs, and all that a row shows."""
    mine = Sku.objects.filter(spu=OuterRef("pk")).order_by().values("spu")
    summed = spus.annotate(
        min_price=Subquery(mine.annotate(found=Min("price")).values("found")),
        max_price=Subquery(mine.annotate(found=Max("price")).values("found")),
        total_stock=Coalesce(Subquery(mine.annotate(found=Sum("stock")).values("found")), 0),
        total_sales=Coalesce(Subquery(mine.annotate(found=Sum("sales")).values("found")), 0),
    )
    return with_pictures(summed.select_related("category__parent__parent", "brand"))


def search_spus(spus: QuerySet[Spu], query: str) -> QuerySet[Spu]:
    """Products whose name or code holds this text, or the name or code of one of their SKUs."""
    text = query.replace("\x00", "").strip()
    if not text:
        return spus
    sku = Sku.objects.filter(Q(name__icontains=text) | Q(code__icontains=text), spu=OuterRef("pk"))
    return spus.filter(Q(name__icontains=text) | Q(code__icontains=text) | Exists(sku))


MARKS = {"is_new": _("新品"), "is_hot": _("热卖"), "is_recommended": _("推荐"), "ship_free": _("包邮")}


class SpuFilterSet(WagtailFilterSet):
    """Filters of the product list; the bulk actions on "all" go by them too."""

    category = BelowFilter(label=_("分类"), field_name="category")
    brand = ModelChoiceFilter(label=_("品牌"), queryset=Brand.objects.all())
    status = MultipleChoiceFilter(label=_("状态"), choices=Spu.Status.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Spu
        fields = ["category", "brand", "status", "is_new", "is_hot", "is_recommended"]


def listed_spus(request: HttpRequest) -> QuerySet[Spu]:
    """Every product of the list that this request's search and filters show, on all its pages."""
    rows = search_spus(Spu.objects.all(), request.GET.get("q", ""))
    filters = SpuFilterSet(request.GET, request=request)
    return filters.filter_queryset(rows) if filters.is_valid() else rows.none()


def sale_state(spu: Spu) -> str:
    """What buyers see now: the switch together with its times."""
    if spu.status != Spu.Status.ON_SALE:
        return str(spu.get_status_display())
    now = clock.now()
    if spu.on_sale_at and spu.on_sale_at > now:
        return gettext("%(time)s 上架") % {"time": _short(spu.on_sale_at)}
    if spu.off_sale_at and spu.off_sale_at <= now:
        return gettext("已到期下架")
    if spu.off_sale_at:
        return gettext("上架，至 %(time)s") % {"time": _short(spu.off_sale_at)}
    return str(spu.get_status_display())


def is_seen(spu: Spu) -> bool:
    """Whether the switch and the times let buyers see the product now."""
    now = clock.now()
    return (
        spu.status == Spu.Status.ON_SALE
        and not (spu.on_sale_at and spu.on_sale_at > now)
        and not (spu.off_sale_at and spu.off_sale_at <= now)
    )


def marks(spu: Spu) -> str:
    """The names of the marks that the product has."""
    return "、".join(str(label) for name, label in MARKS.items() if getattr(spu, name))


def nulls_last(ordering: str) -> Any:
    """This ordering with the products that have no SKU behind the others."""
    name = ordering.removeprefix("-")
    return F(name).desc(nulls_last=True) if ordering.startswith("-") else F(name).asc(nulls_last=True)


def _short(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "Y-m-d H:i")
