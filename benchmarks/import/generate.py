"""A merchant's file of any size: ``generate(folder, skus=10_000)`` writes XLSX, CSV and pictures.

The same seed makes the same file. Texts have the lengths of real ones: names of 20 characters, 1.5 KB of detail.
"""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook
from PIL import Image as Pillow
from PIL import ImageDraw

TITLES = [
    *(
        "商品编码",
        "商品名称",
        "副标题",
        "一级分类",
        "二级分类",
        "三级分类",
        "品牌",
        "规格1",
        "规格2",
        "SKU编码",
        "售价",
        "市场价",
    ),
    *(
        "成本价",
        "库存",
        "重量(克)",
        "在售",
        "SPU状态",
        "上架时间",
        "下架时间",
        "主图",
        "图片",
        "详情",
        "包装清单",
        "售后服务",
    ),
    *("SEO标题", "SEO描述", "新品", "热卖", "推荐", "包邮", "排序"),
]
_WORDS = [
    *("星河", "银川", "暖阳", "青山", "极光", "轻羽", "云帆", "初见", "知行", "北辰"),
    *("手机", "水杯", "耳机", "背包", "台灯", "键盘", "跑鞋", "风衣", "音箱", "相机"),
]
_COLOURS = ["曜金黑", "雪山白"]
_SIZES = ["256GB", "512GB"]
_SENTENCE = "采用全新工艺，轻薄耐用，适合日常与出行；通过多项检测，七天无理由退货，全国联保。"


def rows(*, skus: int, pictures: int) -> Iterator[list[object]]:
    """The rows of the file: four SKUs a product, 8 × 5 × 5 categories, 60 brands."""
    chance = random.Random(20_261_111)
    for product in range(skus // 4):
        code = f"G{product:06}"
        name = "".join(chance.sample(_WORDS, 3)) + f" {product}"
        category = product % 200
        path = [f"一级分类{category // 25}", f"二级分类{category // 5}", f"三级分类{category}"]
        named = [f"p{chance.randrange(pictures)}.jpg" for _ in range(3)] if pictures else ["", "", ""]
        detail = "".join(f"<p>{name} 卖点 {n}：{_SENTENCE}</p>" for n in range(12))
        for place in range(4):
            price = chance.randrange(1_000, 1_000_000) / 100
            yield [
                *(code, name, f"{name}，新品上市", *path, f"品牌{product % 60}"),
                *(f"颜色:{_COLOURS[place % 2]}", f"内存:{_SIZES[place // 2]}"),
                *(f"{code}-{place}", price, round(price * 1.2, 2), round(price * 0.7, 2)),
                *(chance.randrange(1, 500), chance.randrange(50, 5000), "是", "上架", "2026-01-01 00:00:00", ""),
                *(named[0], "|".join(named), detail if place == 0 else "", f"{name}、说明书", "全国联保一年"),
                *(f"{name} 正品", f"{name} 价格、参数、评价", "是", "否", "否", "是", place),
            ]


def generate(folder: Path, *, skus: int = 10_000, pictures: int = 0) -> tuple[Path, Path]:
    """Write ``goods.xlsx``, ``goods.csv`` and the folder ``pictures``; return the two files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = list(rows(skus=skus, pictures=pictures))
    workbook, text = folder / "goods.xlsx", folder / "goods.csv"
    book = Workbook(write_only=True)
    sheet = book.create_sheet("商品")
    sheet.append(TITLES)
    for row in made:
        sheet.append(row)
    book.save(workbook)
    with text.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([TITLES, *made])
    (folder / "pictures").mkdir(exist_ok=True)
    for number in range(pictures):
        picture = Pillow.radial_gradient("L").resize((800, 800)).convert("RGB")
        ImageDraw.Draw(picture).text((20, 20), f"picture {number}", fill=(number, 90, 160))
        picture.save(folder / "pictures" / f"p{number}.jpg", quality=85)
    return workbook, text
