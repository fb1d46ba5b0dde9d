"""What every search engine does. Each engine's test module has a class of its own made from this one."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from kernel import clock
from search.documents import read
from search.engine import Answer, Question, SearchEngine
from search.text import canonical
from shop.catalog.models import Sku, Spu
from shop.catalog.selectors import Ordering
from tests.search.catalog import leaf, product, sku

PHONES = ("手机数码", "手机通讯", "手机")


class Shelf:
    """Products on the shelf, in the engine under test."""

    def __init__(self, engine: SearchEngine, settle: Callable[..., None]) -> None:
        self.engine = engine
        self.settle = settle

    def index(self, *skus: Sku) -> None:
        reading = read([one.pk for one in skus])
        self.settle(self.engine, self.engine.write(reading.documents), self.engine.delete(reading.gone))

    def ask(self, text: str = "", **choices: Any) -> Answer:
        return self.engine.ask(Question(at=clock.now(), text=canonical(text), **choices))

    def names(self, text: str = "", **choices: Any) -> list[str]:
        """The products found, in order."""
        found = [hit.spu_id for hit in self.ask(text, **choices).hits]
        names = Spu.objects.in_bulk(found)
        return [names[pk].name for pk in found]


@pytest.mark.django_db
class EngineContract:
    """Subclasses have a fixture ``engine``."""

    @pytest.fixture
    def shelf(self, engine: SearchEngine, settle: Callable[..., None]) -> Shelf:
        return Shelf(engine, settle)

    @pytest.fixture
    def goods(self, shelf: Shelf) -> Sequence[Sku]:
        mate = product("华为 Mate 70 智能手机", brand="华为", way=PHONES)
        iphone = product("Apple iPhone 16 Pro", brand="苹果", way=PHONES)
        case = product("小米手机壳 磨砂防摔", brand="小米", way=("手机数码", "手机配件", "手机壳"))
        rice = product("美的电饭煲 4升 智能预约", brand="美的", way=("家用电器", "厨房电器", "电饭煲"))
        shirt = product("经典圆领T恤", brand="优衣库", way=("服装", "男装", "T恤"))
        ticket = product("西湖景点门票", brand="携程", way=("旅游", "门票", "景区门票"))
        tele = product("长虹 55英寸 电视", brand="长虹", way=("家用电器", "大家电", "平板电视"))
        base = product("重庆火锅底料 500克", brand="德庄", way=("食品", "调味", "火锅底料"))
        made = [
            sku(mate, price="5499.00", options={"颜色": "黑色", "内存": "256GB"}, sales=5),
            sku(mate, price="5999.00", options={"颜色": "黑色", "内存": "512GB"}, sales=1),
            sku(mate, price="5599.00", options={"颜色": "白色", "内存": "256GB"}, stock=0),
            sku(iphone, price="7999.00", options={"颜色": "黑色", "内存": "256GB"}, sales=9),
            sku(case, price="39.00", options={"颜色": "黑色"}, sales=100),
            sku(rice, price="299.00", sales=3),
            sku(shirt, price="79.00", options={"颜色": "白色"}, sales=2),
            sku(ticket, price="80.00"),
            sku(tele, price="2499.00"),
            sku(base, price="19.90"),
        ]
        shelf.index(*made)
        return made

    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("手机", "华为 Mate 70 智能手机 / Apple iPhone 16 Pro"),
            ("华为手机", "华为 Mate 70 智能手机"),
            ("手机华为", "华为 Mate 70 智能手机"),
            ("手機", "华为 Mate 70 智能手机 / Apple iPhone 16 Pro"),
            ("華為手機", "华为 Mate 70 智能手机"),
            ("shouji", "华为 Mate 70 智能手机 / Apple iPhone 16 Pro"),
            ("SJ", "华为 Mate 70 智能手机 / Apple iPhone 16 Pro"),
            ("huawei shouji", "华为 Mate 70 智能手机"),
            ("huaweishouji", "华为 Mate 70 智能手机"),
            ("hwsj", "华为 Mate 70 智能手机"),
            ("mate70", "华为 Mate 70 智能手机"),
            ("ｉｐｈｏｎｅ１６", "Apple iPhone 16 Pro"),
            ("iphone16pro", "Apple iPhone 16 Pro"),
            ("512G 手机", "华为 Mate 70 智能手机"),
            ("手机壳", "小米手机壳 磨砂防摔"),
            ("电饭锅", "美的电饭煲 4升 智能预约"),
            ("饭煲", "美的电饭煲 4升 智能预约"),
            ("4L电饭煲", "美的电饭煲 4升 智能预约"),
            ("dianfanbao", "美的电饭煲 4升 智能预约"),
            ("chongqing", "重庆火锅底料 500克"),
            ("changhong", "长虹 55英寸 电视"),
            ("55寸电视", "长虹 55英寸 电视"),
            ("T恤", "经典圆领T恤"),
            ("白色T恤", "经典圆领T恤"),
        ],
    )
    def test_it_puts_first_what_was_meant(self, shelf, goods, text, first):
        names = shelf.names(text)

        assert names, text
        assert names[0] in first.split(" / ")

    @pytest.mark.parametrize("text", ["手机", "shouji", "sj", "便宜 手机", "华为手机", "手机 华为"])
    def test_what_is_of_the_kind_goes_before_what_has_its_word_however_well_it_sells(self, shelf, text):
        """By the end of the category's name; nothing here is called 手机 and nothing else."""
        accessories = ("数码", "配件")
        phone = product("华为 Pura 便宜 智能手机", brand="华为", way=("数码", "通讯", "智能手机"))
        case = product("便宜 华为手机壳 手机", brand="华为", way=(*accessories, "手机壳"))
        stand = product("手机支架 华为手机 便宜", brand="小米", way=(*accessories, "支架"))
        shelf.index(sku(phone, sales=1), sku(case, sales=9000), sku(stand, sales=50_000))

        assert shelf.names(text)[0] == "华为 Pura 便宜 智能手机"

    @pytest.mark.parametrize(
        ("text", "way", "other"),
        [
            ("电脑", ("电脑", "整机", "笔记本电脑"), ("电脑", "外设", "电脑支架")),
            ("耳机", ("数码", "影音", "蓝牙耳机"), ("数码", "配件", "耳机套")),
            ("牛奶", ("食品", "乳品", "纯牛奶"), ("个护", "洗护", "牛奶沐浴露")),
            ("洗衣机", ("家电", "大家电", "滚筒洗衣机"), ("家电", "配件", "洗衣机底座")),
            ("鞋", ("鞋包", "运动鞋", "跑步鞋"), ("鞋包", "护理", "鞋油")),
            ("diannao", ("电脑", "整机", "笔记本电脑"), ("电脑", "外设", "电脑支架")),
        ],
    )
    def test_kinds_are_told_by_the_end_of_their_names(self, shelf, text, way, other):
        shelf.index(
            sku(product(f"安心 {way[-1]}", brand="安心", way=way), sales=1),
            sku(product(f"热卖 {other[-1]}", brand="热卖", way=other), sales=9000),
        )

        assert shelf.names(text)[0] == f"安心 {way[-1]}"

    def test_a_department_is_found_by_its_name_and_by_no_part_of_it(self, shelf, goods):
        rice = "美的电饭煲 4升 智能预约"

        assert set(shelf.names("家用电器")) == {rice, "长虹 55英寸 电视"}
        assert shelf.names("家用") == []
        assert not shelf.ask("家用电器").loosened

    def test_uncounted_it_gives_the_same_page(self, shelf, goods):
        for text, choices in (("手机", {}), ("", {"ordering": Ordering.PRICE, "offset": 2}), ("没有的", {})):
            counted = shelf.ask(text, limit=3, **choices)
            uncounted = shelf.ask(text, limit=3, counted=False, **choices)

            assert list(uncounted.hits) == list(counted.hits)
            assert bool(uncounted.total) == bool(counted.total)

    @pytest.mark.parametrize(
        ("text", "not_found"),
        [
            ("景点", "经典圆领T恤"),
            ("经典", "西湖景点门票"),
            ("收集", "华为 Mate 70 智能手机"),
            ("手基", "华为 Mate 70 智能手机"),
            ("长红", "长虹 55英寸 电视"),
        ],
    )
    def test_chinese_never_finds_what_only_sounds_like_it(self, shelf, goods, text, not_found):
        assert not_found not in shelf.names(text)

    def test_a_product_is_found_once_by_the_sku_that_fits_best(self, shelf, goods):
        answer = shelf.ask("华为 512GB")

        assert [hit.sku_id for hit in answer.hits] == [goods[1].pk]
        assert answer.total == 1

    def test_without_a_text_the_filters_decide(self, shelf, goods):
        assert shelf.ask().total == 8
        assert set(shelf.names(brand_ids=(goods[5].spu.brand_id,))) == {"美的电饭煲 4升 智能预约"}

    @pytest.mark.parametrize(("level", "count"), [(0, 3), (1, 2), (2, 2)])
    def test_a_category_of_any_level_holds_what_is_below_it(self, shelf, goods, level, count):
        category = leaf(*PHONES[: level + 1])

        assert shelf.ask(category_id=category.pk).total == count

    def test_prices_are_bounds_that_belong_to_the_range(self, shelf, goods):
        found = shelf.names(min_price=Decimal("79.00"), max_price=Decimal("80.00"))

        assert set(found) == {"经典圆领T恤", "西湖景点门票"}

    def test_values_of_one_spec_are_alternatives_and_specs_hold_together(self, shelf, goods):
        both = {"颜色": ("黑色", "白色"), "内存": ("512GB",)}

        assert [hit.sku_id for hit in shelf.ask(specs=both).hits] == [goods[1].pk]
        assert shelf.ask(specs={"颜色": ("白色",), "内存": ("512GB",)}).total == 0

    def test_in_stock_leaves_what_can_be_bought(self, shelf, goods):
        assert shelf.ask("华为", specs={"颜色": ("白色",)}).total == 1
        assert shelf.ask("华为", specs={"颜色": ("白色",)}, in_stock=True).total == 0

    @pytest.mark.parametrize(
        ("ordering", "names"),
        [
            (Ordering.PRICE, ["小米手机壳 磨砂防摔", "华为 Mate 70 智能手机", "Apple iPhone 16 Pro"]),
            (Ordering.PRICE_DOWN, ["Apple iPhone 16 Pro", "华为 Mate 70 智能手机", "小米手机壳 磨砂防摔"]),
            (Ordering.SALES_DOWN, ["小米手机壳 磨砂防摔", "Apple iPhone 16 Pro", "华为 Mate 70 智能手机"]),
        ],
    )
    def test_a_chosen_order_goes_before_the_best_fit(self, shelf, goods, ordering, names):
        phones = leaf("手机数码")

        assert shelf.names(category_id=phones.pk, ordering=ordering) == names

    def test_the_cheapest_sku_stands_for_its_product_when_cheap_comes_first(self, shelf, goods):
        hits = shelf.ask("华为手机", ordering=Ordering.PRICE).hits

        assert [hit.sku_id for hit in hits] == [goods[0].pk]

    def test_any_offset_cuts_the_same_list(self, shelf, goods):
        whole = shelf.names(limit=8, ordering=Ordering.PRICE)

        for offset in range(9):
            assert shelf.names(offset=offset, limit=3, ordering=Ordering.PRICE) == whole[offset : offset + 3]

    def test_facets_count_products_and_stay_right_while_chosen(self, shelf, goods):
        huawei, apple = goods[0].spu.brand_id, goods[3].spu.brand_id

        counts = shelf.ask("手机", category_id=leaf(*PHONES).pk, brand_ids=(huawei,), facets=True).counts

        assert counts is not None
        assert counts.brands == {huawei: 1, apple: 1}
        assert counts.specs == {"颜色": {"黑色": 1, "白色": 1}, "内存": {"256GB": 1, "512GB": 1}}
        assert (counts.min_price, counts.max_price) == (Decimal("5499.00"), Decimal("5999.00"))
        assert counts.in_stock == 1

    def test_every_count_of_a_facet_is_what_choosing_it_finds(self, shelf, goods):
        chosen: dict[str, Any] = {"specs": {"颜色": ("黑色",)}, "max_price": Decimal("6000.00")}

        counts = shelf.ask(facets=True, **chosen).counts

        assert counts is not None
        for brand, count in counts.brands.items():
            assert shelf.ask(**chosen, brand_ids=(brand,)).total == count
        for category, count in counts.categories.items():
            assert shelf.ask(**chosen, category_id=category).total == count
        for name, values in counts.specs.items():
            for value, count in values.items():
                assert shelf.ask(**{**chosen, "specs": {**chosen["specs"], name: (value,)}}).total == count
        assert shelf.ask(**chosen, in_stock=True).total == counts.in_stock

    def test_a_sale_begins_and_ends_at_its_second_without_any_writing(self, shelf):
        now = clock.now()
        later = product("明天的手机", brand="华为", way=PHONES, on_sale_at=now + timedelta(hours=1))
        sooner = product("今天的手机", brand="华为", way=PHONES, off_sale_at=now + timedelta(hours=1))
        shelf.index(sku(later), sku(sooner))

        assert shelf.names("手机") == ["今天的手机"]
        with clock.seen_at(now + timedelta(hours=2)):
            assert shelf.names("手机") == ["明天的手机"]

    def test_what_is_hidden_is_left_out_and_only_means_only(self, shelf, goods):
        mate, iphone = goods[0].spu_id, goods[3].spu_id

        assert shelf.names("手机", hidden_spu_ids=(mate,))[0] == "Apple iPhone 16 Pro"
        assert mate not in {hit.spu_id for hit in shelf.ask("手机", hidden_spu_ids=(mate,)).hits}
        assert [hit.spu_id for hit in shelf.ask(only_spu_ids=(iphone,)).hits] == [iphone]
        assert shelf.ask(only_spu_ids=()).total == 0

    def test_a_written_document_replaces_the_one_before(self, shelf):
        one = sku(product("旧名字的手机", brand="华为", way=PHONES))
        shelf.index(one)
        Spu.objects.filter(pk=one.spu_id).update(name="崭新平板")
        Sku.objects.filter(pk=one.pk).update(name="崭新平板")

        shelf.index(one)

        assert shelf.names("崭新平板") == ["崭新平板"]
        assert shelf.names("旧名字") == []

    def test_a_deleted_document_is_found_no_more(self, shelf, goods, engine):
        shelf.settle(engine, engine.delete([goods[4].pk]))

        assert goods[4].pk not in {pk for batch in engine.sku_ids() for pk in batch}
        assert shelf.names("手机壳 磨砂") == []

    def test_deleting_what_is_not_there_is_fine(self, shelf, goods, engine):
        shelf.settle(engine, engine.delete([10**9]))

    @pytest.mark.parametrize(
        "text",
        [
            "手",
            "a",
            "😀",
            '"手机"',
            "brand_id = 1 OR price > 0",
            "'; DROP TABLE shop_sku; --",
            "%_\\",
            "手机" * 50,
            "-手机",
            "手机 AND NOT 华为",
            "{}[]()*:",
            "on_sale_at",
        ],
    )
    def test_no_text_breaks_it(self, shelf, goods, text):
        answer = shelf.ask(text, facets=True)

        assert answer.total >= 0

    def test_filter_values_are_values_and_never_syntax(self, shelf, goods):
        nasty = '黑色" OR price > 0 OR specs = "颜色:黑色'

        assert shelf.ask(specs={"颜色": (nasty,), '内"存': ("x\\",)}).total == 0

    def test_a_text_that_fits_in_part_only_says_so(self, shelf, goods):
        answer = shelf.ask("华为 Mate 70 智能手机 曜石黑 官方旗舰店正品")

        assert answer.loosened
        assert answer.hits[0].spu_id == goods[0].spu_id

    def test_a_second_index_is_filled_unseen_and_swapped_in(self, shelf, goods, engine):
        fresh = sku(product("崭新冰箱", brand="海尔", way=("家用电器", "大家电", "冰箱")))
        index = engine.begin()
        reading = read([goods[0].pk, fresh.pk])
        shelf.settle(engine, engine.write(reading.documents, index=index))
        assert engine.count(index=index) == 2

        engine.swap(index)

        assert sorted(pk for batch in engine.sku_ids() for pk in batch) == sorted([goods[0].pk, fresh.pk])
        assert shelf.names("冰箱") == ["崭新冰箱"]

    def test_a_discarded_index_leaves_the_old_one_answering(self, shelf, goods, engine):
        index = engine.begin()

        engine.discard(index)

        assert shelf.names("手机壳 磨砂") == ["小米手机壳 磨砂防摔"]

    def test_its_status_counts_documents_and_finds_no_drift(self, shelf, goods, engine):
        status = engine.status()

        assert status.documents == len(goods)
        assert list(status.drift) == []
        assert status.version
        assert list(engine.mend()) == []
