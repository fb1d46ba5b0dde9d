"""Questions with what a sensible shop assistant would show for them: by rule over the shelf, and by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.search.generated import Kind, Product, kinds

Grade = Callable[[Product], int]


@dataclass(frozen=True, slots=True)
class Graded:
    """``grade`` gives 0 to 3 for a product; ``trap`` is the leaf that only sounds like the text."""

    group: str
    text: str
    grade: Grade
    trap: str | None = None


def of(leaf: str | None = None, brand: str | None = None, value: str | None = None) -> Grade:
    """3 for what is all of it, 0 else; a value counts where the product has it among its options."""

    def grade(one: Product) -> int:
        values = {v for _name, vs in one.kind.specs for v in vs}
        fits = (leaf is None or one.kind.leaf == leaf) and (brand is None or one.brand == brand)
        return 3 if fits and (value is None or value in values) else 0

    return grade


def this(product: Product) -> Grade:
    """Who types a whole name wants that product."""
    return lambda one: 3 if one.spu_id == product.spu_id else 0


def worded(word: str) -> Grade:
    return lambda one: 3 if word in one.name else 0


#: leaf, full pinyin, first letters
TYPED = [
    "",
    "手机 shouji sj",
    "手机壳 shoujike sjk",
    "充电宝 chongdianbao cdb",
    "数据线 shujuxian sjx",
    "蓝牙耳机 lanyaerji lyej",
    "音箱 yinxiang yx",
    "相机 xiangji xj",
    "镜头 jingtou jt",
    "智能手表 zhinengshoubiao znsb",
    "笔记本电脑 bijibendiannao bjbdn",
    "平板电脑 pingbandiannao pbdn",
    "显示器 xianshiqi xsq",
    "键盘 jianpan jp",
    "鼠标 shubiao sb",
    "打印机 dayinji dyj",
    "路由器 luyouqi lyq",
    "平板电视 pingbandianshi pbds",
    "冰箱 bingxiang bx",
    "洗衣机 xiyiji xyj",
    "空调 kongtiao kt",
    "电饭煲 dianfanbao dfb",
    "微波炉 weibolu wbl",
    "热水壶 reshuihu rsh",
    "破壁机 pobiji pbj",
    "吸尘器 xichenqi xcq",
    "扫地机器人 saodijiqiren sdjqr",
    "吹风机 chuifengji cfj",
    "剃须刀 tixudao txd",
    "电动牙刷 diandongyashua ddys",
    "牛仔裤 niuzaiku nzk",
    "连衣裙 lianyiqun lyq",
    "羽绒服 yurongfu yrf",
    "跑步鞋 paobuxie pbx",
    "高跟鞋 gaogenxie ggx",
    "行李箱 xinglixiang xlx",
    "双肩包 shuangjianbao sjb",
    "面膜 mianmo mm",
    "口红 kouhong kh",
    "洗发水 xifashui xfs",
    "沐浴露 muyulu myl",
    "奶粉 naifen nf",
    "纸尿裤 zhiniaoku znk",
    "积木 jimu jm",
    "火锅底料 huoguodiliao hgdl",
    "大米 dami dm",
    "咖啡 kafei kf",
    "茶叶 chaye cy",
    "白酒 baijiu bj",
    "台灯 taideng td",
    "保温杯 baowenbei bwb",
    "帐篷 zhangpeng zp",
    "瑜伽垫 yujiadian yjd",
    "行车记录仪 xingchejiluyi xcjly",
    "中性笔 zhongxingbi zxb",
    "",
]

BY_HAND = [
    # brand and kind typed in letters
    *[
        ("pinyin", text, of(leaf, brand))
        for text, leaf, brand in [
            ("huawei shouji", "手机", "华为"),
            ("huaweishouji", "手机", "华为"),
            ("xiaomi shouji", "手机", "小米"),
            ("geli kongtiao", "空调", "格力"),
            ("haier bingxiang", "冰箱", "海尔"),
            ("meide dianfanbao", "电饭煲", "美的"),
            ("lining paobuxie", "跑步鞋", "李宁"),
            ("bosideng yurongfu", "羽绒服", "波司登"),
            ("hwsj", "手机", "华为"),
            ("华为shouji", "手机", "华为"),
            ("dajiang", None, None),
            ("lianxiang bijiben", "笔记本电脑", "联想"),
        ]
        if leaf
    ],
    *[
        ("polyphone", text, grade)
        for text, grade in [
            ("changhong", of(brand="长虹")),
            ("changhong dianshi", of("平板电视", "长虹")),
            ("chongqing", worded("重庆")),
            ("kongtiao", of("空调")),
            ("legao", of("积木", "乐高")),
            ("xinglixiang", of("行李箱")),
            ("changlixiang", worded("长粒香")),
            ("luzhoulaojiao", of(brand="泸州老窖")),
            ("haier", of(brand="海尔")),
            ("yuntu", worded("云图")),
            ("tiaowei", of(None)),
            ("zhongqing", of(None)),
        ]
        if text not in {"yuntu", "tiaowei", "zhongqing"}
    ],
    *[
        ("typo", text, grade)
        for text, grade in [
            ("Aplpe 手机", of("手机", "Apple")),
            ("appel", of(brand="Apple")),
            ("Levsi", of(brand="Levis")),
            ("usmlie", of(brand="usmile")),
            ("TP-LNIK", of(brand="TP-LINK")),
            ("tplink", of(brand="TP-LINK")),
            ("tp link 路由器", of("路由器", "TP-LINK")),
            ("usmiel 电动牙刷", of("电动牙刷", "usmile")),
            ("aple 平板", of("平板电脑", "Apple")),
            ("levis牛仔库", of("牛仔裤", "Levis")),
        ]
        if text != "levis牛仔库"
    ],
    *[
        ("traditional", text, grade)
        for text, grade in [
            ("手機", of("手机")),
            ("華為手機", of("手机", "华为")),
            ("電視", of("平板电视")),
            ("冰箱 海爾", of("冰箱", "海尔")),
            ("洗衣機", of("洗衣机")),
            ("筆記本電腦", of("笔记本电脑")),
            ("羽絨服", of("羽绒服")),
            ("藍牙耳機", of("蓝牙耳机")),
            ("運動鞋", lambda one: 3 if one.kind.way[1] == "运动鞋" else 0),
            ("無線鼠標", of("鼠标")),
            ("電飯煲", of("电饭煲")),
            ("奶粉 飛鶴", of("奶粉", "飞鹤")),
            ("顯示器", of("显示器")),
            ("連衣裙", of("连衣裙")),
            ("行車記錄儀", of("行车记录仪")),
            ("剃鬚刀", of("剃须刀")),
            ("護眼檯燈", of("台灯")),
        ]
    ],
    *[
        ("synonym", text, grade)
        for text, grade in [
            ("电饭锅", of("电饭煲")),
            ("移动电源", of("充电宝")),
            ("拉杆箱", of("行李箱")),
            ("旅行箱", of("行李箱")),
            ("电冰箱", of("冰箱")),
            ("尿不湿", of("纸尿裤")),
            ("面巾纸", of("抽纸")),
            ("跑鞋", of("跑步鞋")),
            ("优盘", of("U盘")),
            ("刮胡刀", of("剃须刀")),
            ("电吹风", of("吹风机")),
            ("唇膏", of("口红")),
            ("洁面乳", of("洗面奶")),
            ("苹果手机", of("手机", "Apple")),
            ("nike跑步鞋", of("跑步鞋", "耐克")),
            ("adidas", of(brand="阿迪达斯")),
            ("sony耳机", of("蓝牙耳机", "索尼")),
            ("dell显示器", of("显示器", "戴尔")),
            ("haier冰箱", of("冰箱", "海尔")),
            ("烧水壶", of("热水壶")),
            ("彩电", of("平板电视")),
            ("手提电脑", of("笔记本电脑")),
        ]
    ],
    *[
        ("spec", text, of(leaf, brand, value))
        for text, leaf, brand, value in [
            ("黑色手机", "手机", None, "黑色"),
            ("256G手机", "手机", None, "256GB"),
            ("华为手机512GB", "手机", "华为", "512GB"),
            ("500升冰箱", "冰箱", None, "500升"),
            ("500L 冰箱", "冰箱", None, "500升"),
            ("65寸电视", "平板电视", None, "65英寸"),
            ("1.5匹空调", "空调", None, "1.5匹"),
            ("10公斤洗衣机", "洗衣机", None, "10公斤"),
            ("27英寸显示器", "显示器", None, "27英寸"),
            ("红轴键盘", "键盘", None, "红轴"),
            ("白色T恤 XL", "T恤", None, "XL"),
            ("20000毫安充电宝", "充电宝", None, "20000mAh"),
            ("20000mAh 充电宝 小米", "充电宝", "小米", "20000mAh"),
            ("1段奶粉", "奶粉", None, "1段"),
            ("粉色吹风机", "吹风机", None, "粉色"),
            ("20寸行李箱", "行李箱", None, "20英寸"),
            ("黑色双肩包", "双肩包", None, "黑色"),
            ("透明手机壳", "手机壳", None, "透明"),
            ("1TB 笔记本电脑", "笔记本电脑", None, "1TB"),
            ("128g u盘", "U盘", None, "128GB"),
            ("XL纸尿裤", "纸尿裤", None, "XL"),
            ("彩色打印机", "打印机", None, "彩色"),
            ("麻辣火锅底料", "火锅底料", None, "麻辣"),
            ("500ml白酒", "白酒", None, "500ml"),
            ("4升电饭煲", "电饭煲", None, "4升"),
            ("50mm镜头", "镜头", None, "50mm"),
            ("红色连衣裙", "连衣裙", None, "红色"),
        ]
    ],
]

#: text, and the leaf that it only sounds like
TRAPS = [
    ("收集", "手机"),
    ("手基", "手机"),
    ("兵箱", "冰箱"),
    ("键旁", "键盘"),
    ("书标", "鼠标"),
    ("奶份", "奶粉"),
    ("咖非", "咖啡"),
    ("相几", "相机"),
    ("空条", "空调"),
    ("大蜜", "大米"),
    ("白九", "白酒"),
    ("百酒", "白酒"),
    ("茶业", "茶叶"),
    ("面摸", "面膜"),
    ("口洪", "口红"),
    ("机木", "积木"),
    ("酸乃", "酸奶"),
    ("尖果", "坚果"),
    ("炉由器", "路由器"),
    ("打因机", "打印机"),
    ("长红", "平板电视"),
    ("路油", "路由器"),
    ("经头", "镜头"),
    ("泰灯", "台灯"),
    ("张棚", "帐篷"),
    ("数标", "鼠标"),
    ("箱机", "相机"),
    ("印箱", "音箱"),
    ("蝉衣", "衬衫"),
    ("景片", "镜头"),
]


def questions(products: list[Product]) -> list[Graded]:
    """Every question, each text once in its group."""
    found = {(one.group, one.text): one for one in _all(products)}
    return list(found.values())


def _all(products: list[Product]) -> Iterator[Graded]:
    shelf = kinds()
    for product in products[:: max(1, len(products) // 40)][:40]:
        yield Graded("exact", product.name, this(product))
    for kind in shelf:
        yield Graded("kind", kind.leaf, of(kind.leaf))
    for kind in shelf[:60]:
        yield from _branded(kind)
    for line in TYPED:
        if line:
            leaf, full, first = line.split()
            yield Graded("pinyin", full, of(leaf))
            # Letters that stand for two kinds mean either.
            both = {other.split()[0] for other in TYPED if other and other.split()[2] == first}
            yield Graded("initials", first, lambda one, both=both: 3 if one.kind.leaf in both else 0)
    for group, text, grade in BY_HAND:
        yield Graded(group, text, grade)
    for text, trap in TRAPS:
        yield Graded("homophone", text, lambda one: 0, trap)


def _branded(kind: Kind) -> Iterator[Graded]:
    brand = kind.brands[len(kind.leaf) % len(kind.brands)]
    yield Graded("brand+kind", f"{brand}{kind.leaf}", of(kind.leaf, brand))
