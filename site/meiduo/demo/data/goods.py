"""Everything that is for sale, and the promises that go with it."""

from collections.abc import Iterator

from meiduo.demo.data import appliances, beauty, clothing, computers, culture, food, home, kids, phones, sports
from meiduo.demo.data.categories import TREE
from meiduo.demo.data.shapes import Product, Top

PRODUCTS: tuple[Product, ...] = (
    *phones.PRODUCTS,
    *computers.PRODUCTS,
    *appliances.PRODUCTS,
    *clothing.PRODUCTS,
    *beauty.PRODUCTS,
    *food.PRODUCTS,
    *home.PRODUCTS,
    *kids.PRODUCTS,
    *sports.PRODUCTS,
    *culture.PRODUCTS,
)

#: What the buyer is promised, by the ``service`` of the first-level category.
PROMISES = {
    "digital": "全国联保，整机质保一年；签收 7 天内无理由退货（激活前），15 天内有质量问题换新。",
    "appliance": "送货上门并预约安装；整机质保一年，主要部件质保三年；签收 7 天内未拆封可无理由退货。",
    "clothing": "签收 7 天内吊牌完好可无理由退换，首次换码免运费；非人为开线、开胶三个月内免费修补。",
    "beauty": "正品保证，批次可查；签收 7 天内未拆封可退；使用后过敏凭医院证明全额退款。",
    "fresh": "冷链配送，签收 48 小时内坏果、破损拍照即赔；生鲜商品不支持无理由退货。",
    "home": "大件送货到楼下，可预约上楼安装；签收 7 天内无理由退货，质保期按商品页说明。",
    "kids": "符合国家强制标准；签收 7 天内未拆封可退；零件缺失免费补寄。",
    "sports": "签收 7 天内未使用可退换；质量问题 30 天换新，配件终身成本价供应。",
    "culture": "正版保证；图书破损、缺页免费换新；签收 7 天内未拆封可退。",
}


def top_of() -> dict[str, Top]:
    """The first-level category that each third-level one lies under, by the latter's name."""
    return {leaf.name: top for top in TREE for branch in top.branches for leaf in branch.leaves}


def sku_count(product: Product) -> int:
    """How many SKUs it has."""
    return sum(1 for _chosen in combinations(product))


def combinations(product: Product) -> Iterator[tuple[str, ...]]:
    """Every choice of one value per spec that is made."""
    chosen: list[tuple[str, ...]] = [()]
    for one in product.specs:
        chosen = [(*before, option.value) for before in chosen for option in one.options]
    return (values for values in chosen if not any(set(pair) <= set(values) for pair in product.without))
