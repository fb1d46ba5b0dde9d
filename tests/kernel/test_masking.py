"""Mobile numbers and tokens stay out of the log, tracebacks included."""

import logging
import sys

import pytest

from kernel.masking import MaskingFormatter, masked


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("GET /sms_codes/13812345678/", "GET /sms_codes/138****5678/"),
        ("order 2611210912131390000000 placed", "order 2611210912131390000000 placed"),
        ("Bearer eyJhbGciOi.eyJ1c2VyX2.c2lnbmF0", "Bearer <token>"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_only_what_must_not_be_read_is_struck_out(said, written):
    assert masked(said) == written


def test_a_traceback_is_masked_too():
    try:
        raise ValueError("no such mobile: 13900001111")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed for %s", ("13812345678",), sys.exc_info())

    line = MaskingFormatter("%(message)s").format(record)

    assert "138****5678" in line
    assert "139****1111" in line
    assert "13900001111" not in line
