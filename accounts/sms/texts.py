"""What each message says. Vendors that send approved templates get the parameters, others the text."""

from collections.abc import Mapping

from django.conf import settings

from accounts.sms.port import Sms


def text_of(sms: Sms) -> str:
    """The message in words, without the sender's sign."""
    template: str = settings.SMS_TEXTS[sms.template]["text"]
    return template.format(**sms.params)


def ordered(sms: Sms) -> list[str]:
    """The parameters in the order in which the template names them."""
    names: list[str] = settings.SMS_TEXTS[sms.template]["params"]
    return [sms.params[name] for name in names]


def template_id(templates: Mapping[str, str], sms: Sms) -> str | None:
    """The vendor's number of this template."""
    return templates.get(sms.template)
