"""Money: two places, half up, shares that sum to the whole."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import money

cents = st.decimals(min_value=Decimal("-99999999.99"), max_value=Decimal("99999999.99"), places=2)
weights = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [("1", "1.00"), ("0.005", "0.01"), ("0.015", "0.02"), ("-0.005", "-0.01"), (3, "3.00"), (Decimal("2.344"), "2.34")],
)
def test_half_a_cent_goes_up(given_value, expected):
    assert money.yuan(given_value) == Decimal(expected)
    assert money.text(money.yuan(given_value)) == expected


@pytest.mark.parametrize("nonsense", ["", "ten", "NaN", "Infinity", "1e99", "10000000000"])
def test_what_is_no_amount_is_refused(nonsense):
    with pytest.raises(ValueError, match="not an amount"):
        money.yuan(nonsense)


def test_a_float_is_refused_because_it_already_lost_its_cents():
    with pytest.raises(TypeError):
        money.yuan(0.1)  # type: ignore[arg-type]


@given(whole=cents, parts=weights)
def test_shares_always_sum_to_the_whole_and_none_is_a_cent_off(whole, parts):
    shares = money.split(whole, parts)

    assert sum(shares) == whole
    total = sum(parts)
    for share, part in zip(shares, parts, strict=True):
        exact = whole * part / total if total else whole / len(parts)
        assert abs(share - exact) < money.CENT


def test_nothing_weighs_nothing_of_the_whole():
    assert money.split(Decimal("10.00"), [0, 1, 0]) == [Decimal("0.00"), Decimal("10.00"), Decimal("0.00")]


@pytest.mark.parametrize("parts", [[], [-1, 2]])
def test_shares_need_weights(parts):
    with pytest.raises(ValueError, match="weights"):
        money.split(Decimal("1.00"), parts)
