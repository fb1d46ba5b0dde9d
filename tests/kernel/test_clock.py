"""One clock for everything that a request decides."""

from datetime import UTC, datetime

import pytest

from kernel import clock

SINGLES_DAY = datetime(2026, 11, 11, tzinfo=UTC)


def test_everything_inside_sees_the_chosen_moment():
    assert clock.is_real()
    with clock.seen_at(SINGLES_DAY):
        assert clock.now() == SINGLES_DAY
        assert not clock.is_real()
    assert clock.is_real()
    assert clock.now() != SINGLES_DAY


def test_a_moment_without_its_offset_is_refused():
    with pytest.raises(ValueError, match="offset"), clock.seen_at(datetime(2026, 11, 11)):  # noqa: DTZ001
        pass
