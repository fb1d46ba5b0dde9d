"""Two versions of a banner: the same bytes for all, the same version for one visitor every time."""

import pytest

from cms import building
from cms.significance import Seen, compare, p_value
from cms.split import bucket, version_for
from tests.factories.catalog import MallImageFactory
from tests.factories.content import make_banner, make_carousel, make_home


def other(**changed):
    given = {"image": MallImageFactory().pk, "title": "版本乙", "to": building.link(url="/b/"), **changed}
    return building.variant(**given)


@pytest.mark.django_db
def test_both_versions_are_in_the_public_answer(client):
    make_home(make_carousel(make_banner(title="版本甲", variants=[other(share=30)])))

    banner = client.get("/api/v1/banners/").json()[0]

    assert banner["title"] == "版本甲"
    split = banner["split"]
    assert (split["key"], split["share"], split["title"], split["url"]) == (banner["id"], 30, "版本乙", "/b/")
    assert split["image_url"].startswith("http")


@pytest.mark.django_db
def test_without_a_test_there_is_no_split(client):
    make_home(make_carousel(make_banner()))

    assert client.get("/api/v1/banners/").json()[0]["split"] is None


@pytest.mark.django_db
def test_a_version_that_leads_nowhere_is_no_version(client):
    from tests.factories.catalog import SkuFactory

    sku = SkuFactory(is_on_sale=False)
    make_home(make_carousel(make_banner(title="版本甲", variants=[other(to=building.link(sku=sku.pk))])))

    banner = client.get("/api/v1/banners/").json()[0]

    assert (banner["title"], banner["split"]) == ("版本甲", None)


#: For whoever writes the rule again in another language.
EXAMPLES = [("a", "v", 62), ("6f3c6f0e", "anna-0123456789abcdef", 73), ("横幅", "访客", 37)]


@pytest.mark.parametrize(("key", "visitor", "expected"), EXAMPLES)
def test_the_rule_gives_these_buckets(key, visitor, expected):
    assert bucket(key=key, visitor=visitor) == expected


def test_a_visitor_keeps_a_version_and_shares_are_kept():
    visitors = [f"visitor-{number:08}" for number in range(10_000)]
    for share in (10, 50, 90):
        chosen = [version_for(key="banner", visitor=one, share=share) for one in visitors]
        assert chosen == [version_for(key="banner", visitor=one, share=share) for one in visitors]
        assert abs(chosen.count("b") / len(visitors) - share / 100) < 0.02


def test_two_tests_split_independently():
    both = sum(
        version_for(key="one", visitor=f"visitor-{n:08}", share=50) == "b"
        and version_for(key="two", visitor=f"visitor-{n:08}", share=50) == "b"
        for n in range(10_000)
    )

    assert abs(both / 10_000 - 0.25) < 0.02


# -- the verdict


def test_few_visitors_allow_no_verdict():
    verdict = compare(Seen(99, 40), Seen(1000, 100))

    assert verdict.confidence is None
    assert "样本不足" in verdict.words


def test_few_clicks_allow_no_verdict():
    assert compare(Seen(1000, 4), Seen(1000, 40)).confidence is None
    assert compare(Seen(1000, 998), Seen(1000, 40)).confidence is None


def test_a_clear_difference_names_the_better_version_with_its_confidence():
    verdict = compare(Seen(1000, 100), Seen(1000, 150))

    assert verdict.better == "b"
    assert verdict.confidence == pytest.approx(0.99928, abs=1e-4)
    assert verdict.words == "版本 B 点击率更高，置信度 99.93%"
    assert compare(Seen(1000, 150), Seen(1000, 100)).better == "a"


def test_a_small_difference_may_be_chance():
    verdict = compare(Seen(1000, 100), Seen(1000, 110))

    assert verdict.better == ""
    assert verdict.confidence is not None
    assert verdict.confidence < 0.95
    assert "偶然" in verdict.words


def test_equal_versions_differ_by_chance_for_certain():
    assert p_value(Seen(200, 20), Seen(200, 20)) == pytest.approx(1.0)


def test_the_p_value_is_the_textbooks():
    # z = -2.0 exactly by hand: rates 0.40 and 0.50 of 200 each give a pooled 0.45, and z = 0.1 / 0.04975.
    assert p_value(Seen(200, 80), Seen(200, 100)) == pytest.approx(0.04442, abs=1e-4)
