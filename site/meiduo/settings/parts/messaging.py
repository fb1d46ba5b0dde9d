"""Text messages: vendors in the order they are asked, what is said, and how much of it."""

from typing import Any

from meiduo.env import env


def pairs(text: str) -> dict[str, str]:
    """``code=SMS_1,paid=SMS_2`` as a mapping."""
    return {
        name.strip(): number.strip() for name, _, number in (part.partition("=") for part in text.split(",")) if name
    }


#: Asked from left to right; without any, messages are lines of var/outbox/sms.jsonl.
SMS_VENDORS = [name.strip() for name in env().sms_vendors.split(",") if name.strip()] or ["outbox"]

SMS_PROVIDERS: dict[str, dict[str, Any]] = {
    "outbox": {
        "class": "accounts.sms.providers.outbox.OutboxSms",
        "options": {"path": env().var_dir / "outbox" / "sms.jsonl"},
    },
    "yuntongxun": {
        "class": "accounts.sms.providers.yuntongxun.Yuntongxun",
        "options": {
            "url": env().yuntongxun_url,
            "account_sid": env().yuntongxun_account_sid,
            "auth_token": env().yuntongxun_auth_token,
            "app_id": env().yuntongxun_app_id,
            "templates": pairs(env().yuntongxun_templates),
        },
    },
    "yunpian": {
        "class": "accounts.sms.providers.yunpian.Yunpian",
        "options": {"url": env().yunpian_url, "apikey": env().yunpian_apikey, "sign": env().yunpian_sign},
    },
    "aliyun": {
        "class": "accounts.sms.providers.aliyun.AliyunSms",
        "options": {
            "url": env().aliyun_sms_url,
            "access_key_id": env().aliyun_sms_access_key_id,
            "access_key_secret": env().aliyun_sms_access_key_secret,
            "sign_name": env().aliyun_sms_sign_name,
            "templates": pairs(env().aliyun_sms_templates),
        },
    },
}

#: What each vendor cannot do without, as options and as the variables that set them.
_NEEDED = {
    "yuntongxun": {
        "account_sid": "YUNTONGXUN_ACCOUNT_SID",
        "auth_token": "YUNTONGXUN_AUTH_TOKEN",
        "app_id": "YUNTONGXUN_APP_ID",
        "templates": "YUNTONGXUN_TEMPLATES",
    },
    "yunpian": {"apikey": "YUNPIAN_APIKEY", "sign": "YUNPIAN_SIGN"},
    "aliyun": {
        "access_key_id": "ALIYUN_SMS_ACCESS_KEY_ID",
        "access_key_secret": "ALIYUN_SMS_ACCESS_KEY_SECRET",
        "sign_name": "ALIYUN_SMS_SIGN_NAME",
        "templates": "ALIYUN_SMS_TEMPLATES",
    },
}


def sms_problems() -> list[str]:
    """What is wrong with the vendors that SMS_VENDORS names, each with its cure."""
    named = [name.strip() for name in env().sms_vendors.split(",") if name.strip()]
    found = [f"SMS_VENDORS names {name!r}: take {', '.join(_NEEDED)}" for name in named if name not in _NEEDED]
    for name in named:
        options = SMS_PROVIDERS.get(name, {}).get("options", {})
        found += [f"{variable} is not set" for option, variable in _NEEDED.get(name, {}).items() if not options[option]]
    return found


#: Our templates: the words, and the parameters in the order in which vendors number them.
SMS_TEXTS: dict[str, dict[str, Any]] = {
    "code": {
        "text": "您的验证码是{code}，{minutes}分钟内有效。如非本人操作，请忽略本短信。",
        "params": ["code", "minutes"],
    },
    "order_paid": {"text": "您的订单{number}已付款{amount}元，我们会尽快发货。", "params": ["number", "amount"]},
    "order_shipped": {
        "text": "您的订单{number}已发货，{carrier}，运单号{waybill}。",
        "params": ["number", "carrier", "waybill"],
    },
    "order_refunded": {"text": "您的订单{number}有{amount}元退款，将原路退回。", "params": ["number", "amount"]},
    "after_sale": {"text": "您的订单{number}的售后申请{answer}，请到订单中查看。", "params": ["number", "answer"]},
}

#: Yuan per piece, for vendors that do not say what a message cost.
SMS_PRICE = env().sms_price

SMS_CAPTCHA = env().sms_captcha
#: Codes per mobile: one a minute, and per hour and day what Aliyun lets through.
SMS_PER_MOBILE = {"minute": 1, "hour": 5, "day": 10}
#: Codes per client address (an IPv4 address or an IPv6 /64); offices and campuses share one.
SMS_PER_ADDRESS = {"hour": env().sms_per_address_hour, "day": env().sms_per_address_day}
#: Codes of the whole shop a day: what an attack may cost at the most.
SMS_DAILY_BUDGET = env().sms_daily_budget
#: Above so many codes an hour a captcha is asked for, when SMS_CAPTCHA is adaptive.
SMS_QUIET = {"mobile": 2, "address": 5}

#: Where the link of a verification mail leads; {token} is filled in.
EMAIL_VERIFICATION_URL = (
    env().email_verification_url or f"{env().public_url}/api/v1/emails/verification/?token={{token}}"
)

#: Until the row of a message that is done with is deleted.
MESSAGES_KEPT_DAYS = env().messages_kept_days
