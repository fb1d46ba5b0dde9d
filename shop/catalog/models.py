"""What is for sale: categories, brands, SPUs, their specs, SKUs and pictures.

Nothing here is revisioned by Wagtail: a restored revision would restore price and stock with it.
"""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel


class SeoFields(models.Model):
    """What search engines and shared links show instead of the name."""

    seo_title = models.CharField(_("SEO 标题"), max_length=120, blank=True)
    seo_description = models.CharField(_("SEO 描述"), max_length=300, blank=True)

    class Meta:
        abstract = True


class Category(SeoFields):
    """One node of the tree; level 1 at the top, level 3 holds the products."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级分类")
    )
    name = models.CharField(_("名称"), max_length=30)
    slug = models.SlugField(_("路径名"), max_length=80, unique=True, allow_unicode=True)
    level = models.PositiveSmallIntegerField(_("级别"), editable=False)
    sort_order = models.PositiveIntegerField(_("顺序"), default=0)
    is_shown = models.BooleanField(_("显示"), default=True)
    image = models.ForeignKey(
        "media.MallImage", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("图片")
    )

    class Meta:
        verbose_name = _("商品分类")
        verbose_name_plural = _("商品分类")
        ordering = ["level", "sort_order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="shop_category_name_once_per_parent"),
            # NULL differs from NULL, so the top level needs a rule of its own.
            models.UniqueConstraint(
                fields=["name"], condition=Q(parent__isnull=True), name="shop_category_name_once_at_top"
            ),
            models.CheckConstraint(condition=Q(level__range=(1, 3)), name="shop_category_three_levels"),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__gt=1, parent__isnull=False),
                name="shop_category_top_has_no_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Brand(SeoFields):
    """A maker's name with its logo and page."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    slug = models.SlugField(_("路径名"), max_length=80, unique=True, allow_unicode=True)
    first_letter = models.CharField(_("首字母"), max_length=1, editable=False, db_index=True)
    logo = models.ForeignKey(
        "media.MallImage", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("标志")
    )
    description = models.TextField(_("介绍"), blank=True)
    sort_order = models.PositiveIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = _("品牌")
        verbose_name_plural = _("品牌")
        ordering = ["sort_order", "first_letter", "name"]

    def __str__(self) -> str:
        return self.name


class Spu(ClusterableModel, SeoFields):  # type: ignore[django-manager-missing]  # ParentalKey is unknown to stubs
    """A product as the buyer thinks of it; its SKUs are what is counted and sold."""

    class Status(models.IntegerChoices):
        DRAFT = 0, _("草稿")
        ON_SALE = 1, _("上架")
        OFF_SALE = 2, _("下架")

    code = models.CharField(_("商品编码"), max_length=64, unique=True, help_text=_("商家自己的编号，导入时以它为准"))
    name = models.CharField(_("名称"), max_length=120)
    caption = models.CharField(_("副标题"), max_length=200, blank=True)
    slug = models.SlugField(_("路径名"), max_length=160, unique=True, allow_unicode=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="spus", verbose_name=_("分类"))
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="spus", verbose_name=_("品牌"))
    status = models.PositiveSmallIntegerField(_("状态"), choices=Status, default=Status.DRAFT)
    on_sale_at = models.DateTimeField(_("上架时间"), null=True, blank=True, help_text=_("留空：立即"))
    off_sale_at = models.DateTimeField(_("下架时间"), null=True, blank=True, help_text=_("留空：一直在售"))
    is_new = models.BooleanField(_("新品"), default=False)
    is_hot = models.BooleanField(_("热卖"), default=False)
    is_recommended = models.BooleanField(_("推荐"), default=False)
    ship_free = models.BooleanField(_("包邮"), default=False)
    default_image = models.ForeignKey(
        "media.MallImage", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("主图")
    )
    detail = models.TextField(_("详情"), blank=True)
    packing = models.TextField(_("包装清单"), blank=True)
    service = models.TextField(_("售后服务"), blank=True)
    views = models.PositiveBigIntegerField(_("浏览量"), default=0, editable=False)
    favorites = models.PositiveIntegerField(_("收藏量"), default=0, editable=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    class Meta:
        verbose_name = _("商品")
        verbose_name_plural = _("商品")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(on_sale_at__isnull=True) | Q(off_sale_at__isnull=True) | Q(off_sale_at__gt=F("on_sale_at")),
                name="shop_spu_sale_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(fields=["category", "status"], name="shop_spu_category_status"),
            # The next scheduled switch is found by index, however many products have one.
            models.Index(fields=["on_sale_at"], name="shop_spu_on_sale_at"),
            models.Index(fields=["off_sale_at"], name="shop_spu_off_sale_at"),
        ]

    def __str__(self) -> str:
        return self.name


class Spec(ClusterableModel):
    """A dimension in which the SKUs of one SPU differ: colour, size, memory."""

    spu = ParentalKey(Spu, on_delete=models.CASCADE, related_name="specs", verbose_name=_("商品"))
    name = models.CharField(_("规格"), max_length=20)
    sort_order = models.PositiveIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = _("规格")
        verbose_name_plural = _("规格")
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["spu", "name"], name="shop_spec_name_once_per_spu")]

    def __str__(self) -> str:
        return self.name


class SpecOption(models.Model):
    """One value of a spec: black, 256GB."""

    spec = ParentalKey(Spec, on_delete=models.CASCADE, related_name="options", verbose_name=_("规格"))
    value = models.CharField(_("选项"), max_length=30)
    sort_order = models.PositiveIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = _("规格选项")
        verbose_name_plural = _("规格选项")
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["spec", "value"], name="shop_option_value_once_per_spec")]
        indexes = [models.Index(fields=["value"], name="shop_option_value")]

    def __str__(self) -> str:
        return self.value


class Sku(models.Model):
    """What is priced, counted and sold: one choice of an option for every spec of its SPU.

    ``stock`` is written by ``shop.stock`` alone. ``sales`` and ``comments`` are counters kept by
    orders and reviews. ``index_dirty_at`` is the search index's outbox: set with every change that
    buyers can see, cleared by the indexer if it is still the value that it read.
    """

    spu = models.ForeignKey(Spu, models.CASCADE, related_name="skus", verbose_name=_("商品"))
    code = models.CharField(_("SKU 编码"), max_length=64, unique=True)
    name = models.CharField(_("名称"), max_length=160)
    price = models.DecimalField(
        _("售价"), max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal("0"))]
    )
    market_price = models.DecimalField(
        _("市场价"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0"))],
    )
    cost_price = models.DecimalField(
        _("成本价"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0"))],
    )
    stock = models.IntegerField(_("库存"), default=0, editable=False)
    weight_grams = models.PositiveIntegerField(_("重量（克）"), default=0)
    is_on_sale = models.BooleanField(_("在售"), default=True)
    default_image = models.ForeignKey(
        "media.MallImage", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("图片")
    )
    sales = models.PositiveIntegerField(_("销量"), default=0, editable=False)
    comments = models.PositiveIntegerField(_("评价数"), default=0, editable=False)
    sort_order = models.PositiveIntegerField(_("顺序"), default=0)
    index_dirty_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    class Meta:
        verbose_name = _("SKU")
        verbose_name_plural = _("SKU")
        ordering = ["sort_order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="shop_sku_price_not_negative"),
            models.CheckConstraint(
                condition=Q(market_price__isnull=True) | Q(market_price__gte=0),
                name="shop_sku_market_price_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(cost_price__isnull=True) | Q(cost_price__gte=0), name="shop_sku_cost_price_not_negative"
            ),
            models.CheckConstraint(condition=Q(stock__gte=0), name="shop_sku_stock_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["index_dirty_at"], condition=Q(index_dirty_at__isnull=False), name="shop_sku_index_dirty"
            ),
            # One per ordering of the lists, with the id that decides between equals.
            models.Index(fields=["-sales", "-id"], name="shop_sku_by_sales"),
            models.Index(fields=["price", "id"], name="shop_sku_by_price"),
            models.Index(fields=["-created_at", "-id"], name="shop_sku_by_create_time"),
            models.Index(fields=["-comments", "-id"], name="shop_sku_by_comments"),
        ]

    def __str__(self) -> str:
        return self.name


class SkuOption(models.Model):
    """The option that a SKU has for one spec."""

    sku = models.ForeignKey(Sku, models.CASCADE, related_name="chosen")
    spec = models.ForeignKey(Spec, models.CASCADE, related_name="+")
    option = models.ForeignKey(SpecOption, models.PROTECT, related_name="chosen_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sku", "spec"], name="shop_one_option_per_spec")]


class Picture(models.Model):
    """A picture of the gallery: of one SKU, or of all SKUs of its SPU where ``sku`` is empty."""

    spu = ParentalKey(Spu, on_delete=models.CASCADE, related_name="pictures", verbose_name=_("商品"))
    sku = models.ForeignKey(
        Sku, models.CASCADE, null=True, blank=True, related_name="pictures", verbose_name=_("仅用于 SKU")
    )
    image = models.ForeignKey("media.MallImage", models.CASCADE, related_name="+", verbose_name=_("图片"))
    sort_order = models.PositiveIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = _("商品图片")
        verbose_name_plural = _("商品图片")
        ordering = ["sort_order", "id"]
