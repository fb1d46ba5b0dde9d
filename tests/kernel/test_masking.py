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
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer <token>"),
        ("GET /x/?access_token=abc.def&page=2", "GET /x/?access_token=<secret>&page=2"),
        ("{'password': 'hunter2', 'page': 2}", "{'password': <secret>, 'page': 2}"),
        ('{"sms_code": "123456", "mobile": "13812345678"}', '{"sms_code": <secret>, "mobile": "138****5678"}'),
        ("redis://user:hunter2@cache:6379/0", "redis://user:<secret>@cache:6379/0"),
        ("postgres://mall:p4ss@db/mall", "postgres://mall:<secret>@db/mall"),
        ("SECRET_KEY=abc123 DEBUG=false", "SECRET_KEY=<secret> DEBUG=false"),
        ("您的验证码是 123456，5 分钟内有效", "您的验证码是 <code>，5 分钟内有效"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----!", "<key>!"),
        # A gateway's own code, an error's code and an order's number are what one looks for.
        ("gateway says code 40004, stock.short", "gateway says code 40004, stock.short"),
        ('{"code": "stock.short"}', '{"code": "stock.short"}'),
    ],
)
def test_only_what_must_not_be_read_is_struck_out(said, written):
    assert masked(said) == written


def test_masking_twice_changes_nothing_more():
    once = masked("token=abc Bearer abcdefgh12345678 13812345678 验证码 123456 {'password': 'x'}")

    assert masked(once) == once


def test_a_traceback_is_masked_too():
    try:
        raise ValueError("no such mobile: 13900001111")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed for %s", ("13812345678",), sys.exc_info())

    line = MaskingFormatter("%(message)s").format(record)

    assert "138****5678" in line
    assert "139****1111" in line
    assert "13900001111" not in line
