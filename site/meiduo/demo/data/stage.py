"""Who stands in the banners and ads."""

from dataclasses import dataclass

from meiduo.demo.pictures.scenes import Actor


@dataclass(frozen=True, slots=True)
class Banner:
    """One banner of the carousel; it leads to a first-level category."""

    title: str
    text: str
    category: str
    hue: float
    actors: tuple[Actor, ...]


#: Pixels; the slots ask for at least 1200 by 400, 1200 by 80, 600 by 200 and 300 by 200.
BANNER = (1920, 600)
HEAD = (1920, 160)
WIDE = (1200, 400)
SMALL = (600, 400)

BANNERS = (
    Banner(
        "数码新品季",
        "旗舰手机、轻薄本、降噪耳机一站配齐",
        "手机通讯",
        214,
        (
            Actor("speaker", "#3f6fd8", 0.5),
            Actor("laptop", "#b4bac5", 0.84),
            Actor("phone", "#9a86cf", 0.74),
            Actor("earbuds", "#f1f3f6", 0.5, lift=120),
        ),
    ),
    Banner(
        "吃点好的",
        "产地直采，从重庆小面到阿克苏苹果",
        "食品生鲜",
        18,
        (
            Actor("orange", "#f0922b", 0.6),
            Actor("noodles", "#b8321f", 0.86),
            Actor("milk", "#3f7fd0", 0.7),
            Actor("apple", "#d2353b", 0.56, lift=110),
        ),
    ),
    Banner(
        "把家变成喜欢的样子",
        "沙发、灯饰、绿植，客厅焕新",
        "家居家装",
        150,
        (
            Actor("lamp", "#efe6d4", 0.74),
            Actor("sofa", "#9aa3b0", 0.9),
            Actor("plant", "#c0714d", 0.66),
            Actor("mug", "#f0d68a", 0.4, lift=120),
        ),
    ),
    Banner(
        "秋冬穿搭上新",
        "一条裙子的好心情",
        "服饰鞋包",
        332,
        (
            Actor("heels", "#c8323c", 0.62),
            Actor("dress", "#d2545f", 0.84),
            Actor("handbag", "#b8763f", 0.62),
            Actor("perfume", "#e0899b", 0.5, lift=120),
        ),
    ),
)

#: The narrow picture above everything.
HEAD_ACTORS = (
    Actor("washer", "#eef0f4", 0.7),
    Actor("fridge", "#c6ccd6", 0.8),
    Actor("backpack", "#35527f", 0.7),
    Actor("bear", "#b07d50", 0.7),
    Actor("basketball", "#e07a35", 0.6),
    Actor("tent", "#cda25a", 0.72),
)

#: Four products for each first-level category: three stand in its wide ad, two in each of its small ones.
CASTS = {
    "手机通讯": (
        Actor("phone", "#5d8f7b", 0.72),
        Actor("speaker", "#eceef1", 0.56),
        Actor("earbuds", "#f1f3f6", 0.6),
        Actor("watch", "#3d6fb0", 0.62),
    ),
    "电脑办公": (
        Actor("laptop", "#a9c6e3", 0.72),
        Actor("monitor", "#6d7380", 0.66),
        Actor("printer", "#e9ecf1", 0.62),
        Actor("router", "#edf0f4", 0.6),
    ),
    "家用电器": (
        Actor("fridge", "#c6ccd6", 0.8),
        Actor("washer", "#eef0f4", 0.68),
        Actor("ricecooker", "#b9655e", 0.56),
        Actor("fan", "#3f5578", 0.7),
    ),
    "服饰鞋包": (
        Actor("dress", "#7d9ac6", 0.74),
        Actor("sneaker", "#f07b3c", 0.62),
        Actor("handbag", "#7f3040", 0.6),
        Actor("suitcase", "#7fa1c6", 0.72),
    ),
    "美妆个护": (
        Actor("serum", "#e8912f", 0.64),
        Actor("cream", "#f0d9c6", 0.6),
        Actor("lipstick", "#c2273a", 0.64),
        Actor("perfume", "#9cc4a5", 0.62),
    ),
    "食品生鲜": (
        Actor("noodles", "#b8321f", 0.66),
        Actor("strawberry", "#d8283c", 0.6),
        Actor("milk", "#58a872", 0.64),
        Actor("snackbag", "#4f8ec9", 0.62),
    ),
    "家居家装": (
        Actor("lamp", "#efe6d4", 0.72),
        Actor("sofa", "#4f7462", 0.68),
        Actor("pot", "#b92f3a", 0.6),
        Actor("plant", "#c0714d", 0.68),
    ),
    "母婴玩具": (
        Actor("bear", "#b07d50", 0.68),
        Actor("blocks", "#e8804f", 0.64),
        Actor("robot", "#5f9fe0", 0.68),
        Actor("stroller", "#7f9fc4", 0.68),
    ),
    "运动户外": (
        Actor("tent", "#6f8556", 0.66),
        Actor("bicycle", "#ee7a38", 0.68),
        Actor("basketball", "#e07a35", 0.56),
        Actor("sportbottle", "#4f8fd0", 0.64),
    ),
    "图书文娱": (
        Actor("book", "#2f5f8f", 0.66),
        Actor("globe", "#c08a52", 0.64),
        Actor("guitar", "#d7a35f", 0.68),
        Actor("paints", "#d9483f", 0.62),
    ),
}
