"""Pydantic's findings in words that a buyer understands, with the field that they are about."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from kernel.errors import Invalid


def _texts() -> dict[str, str]:
    """Pydantic's error types; looked up per answer, so translated."""
    return {
        "missing": _("必填"),
        "int_parsing": _("必须是整数"),
        "int_type": _("必须是整数"),
        "int_from_float": _("必须是整数"),
        "int_parsing_size": _("数值超出范围"),
        "float_parsing": _("必须是数字"),
        "float_type": _("必须是数字"),
        "decimal_parsing": _("必须是数字"),
        "decimal_type": _("必须是数字"),
        "decimal_max_digits": _("数值超出范围"),
        "decimal_max_places": _("小数位数过多"),
        "decimal_whole_digits": _("数值超出范围"),
        "finite_number": _("数值超出范围"),
        "bool_parsing": _("必须是 true 或 false"),
        "bool_type": _("必须是 true 或 false"),
        "string_type": _("必须是文字"),
        "string_unicode": _("含有无法识别的字符"),
        "string_too_short": _("长度至少为 {min_length}"),
        "string_too_long": _("长度最多为 {max_length}"),
        "string_pattern_mismatch": _("格式不正确"),
        "greater_than": _("必须大于 {gt}"),
        "greater_than_equal": _("不能小于 {ge}"),
        "less_than": _("必须小于 {lt}"),
        "less_than_equal": _("不能大于 {le}"),
        "enum": _("可选值：{expected}"),
        "literal_error": _("可选值：{expected}"),
        "too_long": _("最多 {max_length} 项"),
        "too_short": _("至少 {min_length} 项"),
        "list_type": _("必须是列表"),
        "dict_type": _("必须是对象"),
        "model_type": _("必须是对象"),
        "model_attributes_type": _("必须是对象"),
        "date_from_datetime_parsing": _("日期格式应为 YYYY-MM-DD"),
        "date_from_datetime_inexact": _("日期格式应为 YYYY-MM-DD"),
        "date_parsing": _("日期格式应为 YYYY-MM-DD"),
        "date_type": _("日期格式应为 YYYY-MM-DD"),
        "datetime_from_date_parsing": _("时间格式应为 ISO 8601"),
        "datetime_parsing": _("时间格式应为 ISO 8601"),
        "datetime_type": _("时间格式应为 ISO 8601"),
        "timezone_aware": _("时间需要带时区"),
        "uuid_parsing": _("必须是 UUID"),
        "uuid_type": _("必须是 UUID"),
    }


def message_of(error: Mapping[str, Any]) -> str:
    """The text for people, with its limits filled in."""
    if error.get("type") == "missing" and not error.get("loc"):
        return _("请求体不能为空")
    text = _texts().get(str(error.get("type")))
    if text:
        return text.format(**error.get("ctx", {}))
    own: str = str(error.get("msg", "")).removeprefix("Value error, ")
    # A text of a validator of ours is for people; one of pydantic's own is English for programmers.
    return own if error.get("type") == "value_error" and own else str(Invalid.text)


def field_problems(errors: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What is wrong, field by field (``items.0.count``); the field is empty where it is about the whole."""
    return [
        {
            "field": ".".join(str(part) for part in error.get("loc", ())),
            "code": str(error.get("type", "invalid")),
            "message": message_of(error),
        }
        for error in errors
    ]
