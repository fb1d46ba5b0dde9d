"""Freight templates: one rule for the rest, no area twice, one default; areas by name or code."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms.viewsets.trade.areas import AreaBook, AreaWrong
from kernel.errors import DomainError
from shop.shipping.freight import default_rules, freight
from shop.shipping.freight_templates import (
    AreaTwice,
    FreightNameTaken,
    OneDefaultTemplate,
    OneRuleForTheRest,
    RuleInput,
    delete_freight_template,
    save_freight_template,
)
from shop.shipping.models import FreightRule, FreightTemplate
from tests.factories.areas import install_areas
from tests.factories.staff import clerk, logged_in, superuser
from tests.factories.trade import flat_freight

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    install_areas()
    return logged_in(superuser())


def saved(rules, **changed):
    values = {"name": "标准", "basis": FreightTemplate.Basis.FLAT, "free_from": None, "is_default": True}
    return save_freight_template(rules=rules, **values | changed)


def sent(*rules, **changed):
    data = {
        "name": "标准运费",
        "basis": "weight",
        "free_from": "99",
        "is_default": "on",
        "rules-TOTAL_FORMS": str(len(rules)),
        "rules-INITIAL_FORMS": "0",
    }
    for number, rule in enumerate(rules):
        whole = {"areas": "", "first_units": "1000", "first_fee": "8", "further_units": "500", "further_fee": "3"}
        data |= {f"rules-{number}-{name}": value for name, value in (whole | rule).items()}
    return data | changed


# -- the service


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        ([], OneRuleForTheRest),
        ([RuleInput(area_codes=[440000])], OneRuleForTheRest),
        ([RuleInput(), RuleInput()], OneRuleForTheRest),
        ([RuleInput(), RuleInput(area_codes=[440000]), RuleInput(area_codes=[110000, 440000])], AreaTwice),
        ([RuleInput(), RuleInput(area_codes=[440000, 440000])], AreaTwice),
    ],
)
def test_rules_that_leave_a_place_out_or_name_one_twice_are_refused(rules, error):
    with pytest.raises(error):
        saved(rules)
    assert not FreightTemplate.objects.exists()


def test_the_first_template_is_the_default_and_a_later_one_may_take_its_place():
    first = saved([RuleInput()], is_default=False)
    second = saved([RuleInput()], name="促销", is_default=True)

    first.refresh_from_db()
    assert (first.is_default, second.is_default) == (False, True)
    with pytest.raises(OneDefaultTemplate):
        saved([RuleInput()], template_id=second.pk, name="促销", is_default=False)
    with pytest.raises(OneDefaultTemplate):
        delete_freight_template(template_id=second.pk)
    delete_freight_template(template_id=first.pk)
    assert list(FreightTemplate.objects.all()) == [second]


def test_a_name_is_given_once():
    saved([RuleInput()])
    with pytest.raises(FreightNameTaken):
        saved([RuleInput()], is_default=False)


@pytest.mark.parametrize("pk", [10**9, -1])
def test_an_unknown_template_is_refused(pk):
    with pytest.raises(DomainError):
        saved([RuleInput()], template_id=pk)


def test_saving_again_replaces_the_rules_in_their_order():
    row = saved([RuleInput(), RuleInput(area_codes=[440000], first_fee=Decimal("5"))])
    saved([RuleInput(area_codes=[110000], no_delivery=True), RuleInput()], template_id=row.pk)

    assert [(rule.area_codes, rule.no_delivery) for rule in row.rules.all()] == [([110000], True), ([], False)]


# -- areas as people write them


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", []),
        ("广东省", [440000]),
        ("广东省、北京市朝阳区", [440000, 110105]),
        ("朝阳区，天河区\n广州市", [110105, 440106, 440100]),
        ("广东省/广州市/天河区；110000", [440106, 110000]),
        ("北京市市辖区", [110100]),
        ("广东省、广东省", [440000]),
    ],
)
def test_areas_are_read_by_name_path_and_code_and_written_back(text, codes):
    install_areas()
    book = AreaBook()

    assert book.parse(text) == codes
    assert book.parse(book.text(codes)) == codes


def test_an_area_that_is_none_or_is_not_clear_is_named():
    install_areas(
        [
            (110000, None, "北京市", 1),
            (110100, 110000, "市辖区", 2),
            (110105, 110100, "朝阳区", 3),
            (220000, None, "吉林省", 1),
            (220100, 220000, "长春市", 2),
            (220104, 220100, "朝阳区", 3),
        ]
    )
    with pytest.raises(AreaWrong, match="火星"):
        AreaBook().parse("火星")
    with pytest.raises(AreaWrong, match="吉林省长春市朝阳区"):
        AreaBook().parse("朝阳区")
    assert AreaBook().parse("长春市朝阳区、北京市朝阳区") == [220104, 110105]


# -- the screen


def test_a_template_is_made_changed_and_counts(desk):
    added = desk.post(
        reverse("freighttemplate:add"),
        sent({}, {"areas": "广东省、北京市朝阳区", "first_fee": "5"}, {"areas": "长安镇", "no_delivery": "on"}),
    )

    row = FreightTemplate.objects.get()
    assert added.url == reverse("freighttemplate:index")
    assert (row.basis, row.free_from, row.is_default) == ("weight", Decimal("99"), True)
    assert [rule.area_codes for rule in row.rules.all()] == [[], [440000, 110105], [441900119]]
    assert freight(rules=default_rules(), goods=[], area_codes=[440000]) == 0
    assert ModelLogEntry.objects.filter(action="wagtail.create").exists()

    page = desk.get(reverse("freighttemplate:edit", args=[row.pk])).content.decode()
    assert "广东省、北京市朝阳区" in page
    assert "广东省东莞市长安镇" in page
    desk.post(reverse("freighttemplate:edit", args=[row.pk]), sent({"first_fee": "12"}, name="新名", free_from=""))
    row.refresh_from_db()
    assert (row.name, row.free_from) == ("新名", None)
    assert FreightRule.objects.get().first_fee == 12


@pytest.mark.parametrize(
    ("rules", "changed", "text"),
    [
        ([{"areas": "广东省"}], {}, "有且只有一条规则"),
        ([{}, {}], {}, "有且只有一条规则"),
        ([{}, {"areas": "广东省"}, {"areas": "440000"}], {}, "地区 广东省 出现在多条规则里"),
        ([{}, {"areas": "火星"}], {}, "没有这个地区：火星"),
        ([{"first_fee": "-1"}], {}, ""),
        ([{"first_units": "0"}], {}, ""),
        ([{}], {"name": ""}, ""),
        ([{}], {"free_from": "-5"}, ""),
        ([{}], {"basis": "moon"}, ""),
        ([], {}, ""),
    ],
)
def test_a_wrong_template_is_shown_with_its_error_and_nothing_is_written(desk, rules, changed, text):
    answer = desk.post(reverse("freighttemplate:add"), sent(*rules, **changed))

    assert answer.status_code == 200
    assert text in answer.content.decode()
    assert not FreightTemplate.objects.exists()


def test_a_ticked_rule_is_taken_away(desk):
    desk.post(reverse("freighttemplate:add"), sent({}, {"areas": "广东省", "DELETE": "on"}))

    assert FreightRule.objects.get().area_codes == []


def test_the_default_is_not_deleted_and_another_is(desk):
    first = flat_freight()
    other = saved([RuleInput()], name="别的", is_default=False)

    refused = desk.post(reverse("freighttemplate:delete", args=[first.pk]), follow=True)
    desk.post(reverse("freighttemplate:delete", args=[other.pk]))

    assert "必须有一个默认模板" in refused.content.decode()
    assert list(FreightTemplate.objects.all()) == [first]


@pytest.mark.parametrize("name", ["add", "areas", "index", "edit", "delete"])
def test_freight_needs_its_permission(name):
    row = flat_freight()
    browser = logged_in(clerk("shop.view_order"))

    answer = browser.get(reverse(f"freighttemplate:{name}", args=[row.pk] if name in ("edit", "delete") else []))

    assert answer.status_code == 302
    assert answer.url == reverse("wagtailadmin_home")


def test_the_picker_gets_the_areas_as_a_tree(desk):
    tree = desk.get(reverse("freighttemplate:areas")).json()

    assert [area["name"] for area in tree] == ["北京市", "广东省"]


def test_the_list_costs_the_same_for_1_and_for_30(desk):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(reverse("freighttemplate:index")).status_code == 200
        return len(captured)

    saved([RuleInput()])
    queries()
    few = queries()
    for number in range(29):
        saved([RuleInput()], name=f"模板 {number}", is_default=False)

    assert queries() == few
