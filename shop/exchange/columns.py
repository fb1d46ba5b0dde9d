"""The columns of a catalog file: what they are called, what they hold, what they are about.

Titles are part of the file format, in Chinese whatever language is active; English aliases are read too.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.stock.services import MOST_PIECES


class Kind(Enum):
    """How the text of a cell is understood."""

    CODE = "code"
    LINE = "line"
    TEXT = "text"
    MONEY = "money"
    COUNT = "count"
    YES_NO = "yes_no"
    STATUS = "status"
    MOMENT = "moment"
    PICTURE = "picture"
    PICTURES = "pictures"


class About(Enum):
    """Which of the two a column describes: the product, or the one SKU of the row."""

    SPU = "spu"
    SKU = "sku"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``longest``: characters of a text, or the largest number."""

    key: str
    title: str
    kind: Kind
    about: About
    aliases: tuple[str, ...] = ()
    longest: int = 0
    hint: str | Promise = ""


#: So many specs may a product have in a file.
MOST_SPECS = 20
#: The templates and exports have at least so many spec columns.
USUAL_SPECS = 5
#: A product text; far above what a detail page needs, far below what hurts.
LONGEST_TEXT = 500_000
_LARGEST_INT = 2_147_483_647

_SPU, _SKU = About.SPU, About.SKU

CODE = Column(
    "code", "商品编码", Kind.CODE, _SPU, ("SPU编码", "spu_code", "product_code", "spu"), 64,
    _("必填。商家自己的商品编号；编码相同的行属于同一个商品"),
)  # fmt: skip
SKU_CODE = Column(
    "sku_code", "SKU编码", Kind.CODE, _SKU, ("sku_code", "sku", "货号"), 64,
    _("必填。每行一个 SKU，编码在全店唯一"),
)  # fmt: skip
NAME = Column("name", "商品名称", Kind.LINE, _SPU, ("商品名", "name", "product_name", "spu_name"), 120, _("新商品必填"))
CATEGORIES = (
    Column("category1", "一级分类", Kind.LINE, _SPU, ("category1",), 30, _("新商品必填，没有的分类会自动建立")),
    Column("category2", "二级分类", Kind.LINE, _SPU, ("category2",), 30, _("与一级分类一起填写")),
    Column("category3", "三级分类", Kind.LINE, _SPU, ("category3",), 30, _("与一级分类一起填写，商品挂在这一级")),
)  # fmt: skip
PRICE = Column("price", "售价", Kind.MONEY, _SKU, ("销售价", "价格", "price"), hint=_("新 SKU 必填，元，最多两位小数"))
IMAGE = Column(
    "image", "主图", Kind.PICTURE, _SPU, ("image", "main_image", "default_image"),
    hint=_("图片文件名；新商品留空时用第一张图片"),
)  # fmt: skip
PICTURES = Column(
    "pictures", "图片", Kind.PICTURES, _SPU, ("商品图片", "pictures", "images"),
    hint=_("商品相册，多个文件名用 | 分隔，按此顺序显示"),
)  # fmt: skip

COLUMNS: tuple[Column, ...] = (
    CODE,
    NAME,
    Column("caption", "副标题", Kind.LINE, _SPU, ("caption", "subtitle"), 200),
    *CATEGORIES,
    Column("brand", "品牌", Kind.LINE, _SPU, ("brand",), 60, _("没有的品牌会自动建立")),
    SKU_CODE,
    Column(
        "sku_name", "SKU名称", Kind.LINE, _SKU, ("sku_name",), 160, _("新 SKU 留空时用商品名称加规格值")
    ),
    PRICE,
    Column("market_price", "市场价", Kind.MONEY, _SKU, ("划线价", "原价", "market_price", "list_price"), hint=_("元")),
    Column("cost_price", "成本价", Kind.MONEY, _SKU, ("cost_price", "cost"), hint=_("元，不向买家显示")),
    Column("stock", "库存", Kind.COUNT, _SKU, ("stock", "quantity"), MOST_PIECES, _("件；导入后的库存就是这个数")),
    Column("weight_grams", "重量(克)", Kind.COUNT, _SKU, ("重量", "weight_grams", "weight"), _LARGEST_INT, _("整数")),
    Column("is_on_sale", "在售", Kind.YES_NO, _SKU, ("is_on_sale", "on_sale"), hint=_("指这一个 SKU；新 SKU 默认是")),
    Column("sort_order", "排序", Kind.COUNT, _SKU, ("sort_order", "sort"), _LARGEST_INT, _("同一商品内小的在前")),
    Column("sku_image", "SKU主图", Kind.PICTURE, _SKU, ("sku_image",), hint=_("只属于这个 SKU 的主图")),
    Column("sku_pictures", "SKU图片", Kind.PICTURES, _SKU, ("sku_pictures",), hint=_("只属于这个 SKU 的相册")),
    Column("status", "SPU状态", Kind.STATUS, _SPU, ("商品状态", "status"), hint=_("上架、下架或草稿；新商品默认草稿")),
    Column("on_sale_at", "上架时间", Kind.MOMENT, _SPU, ("on_sale_at",), hint=_("如 2026-11-11 00:00，北京时间")),
    Column("off_sale_at", "下架时间", Kind.MOMENT, _SPU, ("off_sale_at",), hint=_("须晚于上架时间")),
    IMAGE,
    PICTURES,
    Column("detail", "详情", Kind.TEXT, _SPU, ("商品详情", "detail", "description"), LONGEST_TEXT, _("文字或 HTML")),
    Column("packing", "包装清单", Kind.TEXT, _SPU, ("packing",), LONGEST_TEXT, _("文字或 HTML")),
    Column("service", "售后服务", Kind.TEXT, _SPU, ("service",), LONGEST_TEXT, _("文字或 HTML")),
    Column("seo_title", "SEO标题", Kind.LINE, _SPU, ("seo_title",), 120),
    Column("seo_description", "SEO描述", Kind.LINE, _SPU, ("seo_description",), 300),
    Column("is_new", "新品", Kind.YES_NO, _SPU, ("is_new", "new")),
    Column("is_hot", "热卖", Kind.YES_NO, _SPU, ("is_hot", "hot")),
    Column("is_recommended", "推荐", Kind.YES_NO, _SPU, ("is_recommended", "recommended")),
    Column("ship_free", "包邮", Kind.YES_NO, _SPU, ("ship_free", "free_shipping")),
)  # fmt: skip

BY_KEY = {column.key: column for column in COLUMNS}
#: Without these no row can be told from another.
ALWAYS_NEEDED = (CODE, SKU_CODE)
#: Without these only products and SKUs that exist can be changed.
NEEDED_FOR_NEW = (NAME, *CATEGORIES, PRICE)

SPEC_NAME = Column("spec_name", "规格名", Kind.LINE, _SKU, longest=20)
SPEC_VALUE = Column("spec_value", "规格值", Kind.LINE, _SKU, longest=30)

_SPEC = re.compile(r"(?:规格|spec|option)(\d{1,2})")
_SPEC_NAME = re.compile(r"(?:规格名|规格名称|specname|optionname)(\d{1,2})")
_SPEC_VALUE = re.compile(r"(?:规格值|specvalue|optionvalue)(\d{1,2})")
_MORE = re.compile(r"(.+?)(?:续|more)(\d{1,2})")
_NOISE = re.compile(r"[\s_\-*()\[\]:]|必填")


def plain(title: str) -> str:
    """A header as it is compared: no case, width, blanks, brackets or marks of "required"."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", title).casefold())


_KEYS = {plain(name): column.key for column in COLUMNS for name in (column.title, *column.aliases)}


def spec_title(number: int) -> str:
    """What the n-th spec column is called, from 1."""
    return f"规格{number}"


def more_title(column: Column, number: int) -> str:
    """What the n-th continuation of a long text is called, from 1: a workbook's cell holds 32,767 characters."""
    return f"{column.title}续{number}"


@dataclass(slots=True)
class Layout:
    """Which column of a file holds what. Places count from 0."""

    titles: list[str]
    places: dict[str | int, int] = field(default_factory=dict)
    #: Continuations of long texts: key → place by number.
    more: dict[str, dict[str | int, int]] = field(default_factory=dict)
    #: ``颜色:黑色`` columns, and pairs of name and value, each place by number.
    specs: dict[str | int, int] = field(default_factory=dict)
    spec_names: dict[str | int, int] = field(default_factory=dict)
    spec_values: dict[str | int, int] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)
    #: Places of titles that say the same as an earlier one.
    twice: list[int] = field(default_factory=list)

    def title_of(self, key: str) -> str:
        """The title as it stands in the file, or ours where the file has no such column."""
        return self.titles[self.places[key]] if key in self.places else BY_KEY[key].title

    @property
    def known(self) -> int:
        """How many columns were understood."""
        return sum(1 for title in self.titles if title) - len(self.unknown)


def layout_of(titles: list[str]) -> Layout:
    """What each title of a header means."""
    layout = Layout(titles=[title.strip() for title in titles])
    for place, title in enumerate(layout.titles):
        if not title:
            continue
        name = plain(title)
        slots: dict[str | int, int]
        number: str | int
        if key := _KEYS.get(name):
            slots, number = layout.places, key
        elif match := _SPEC.fullmatch(name):
            slots, number = layout.specs, int(match[1])
        elif match := _SPEC_NAME.fullmatch(name):
            slots, number = layout.spec_names, int(match[1])
        elif match := _SPEC_VALUE.fullmatch(name):
            slots, number = layout.spec_values, int(match[1])
        elif (match := _MORE.fullmatch(name)) and BY_KEY.get(_KEYS.get(match[1], ""), CODE).kind is Kind.TEXT:
            slots, number = layout.more.setdefault(_KEYS[match[1]], {}), int(match[2])
        else:
            layout.unknown.append(place)
            continue
        if number in slots:
            layout.twice.append(place)
        else:
            slots[number] = place
    return layout
