"""Who carries parcels, and what their waybills look like."""

import re
import unicodedata

from django.conf import settings

from shop.shipping.errors import CarrierUnknown, WaybillWrong

_WAYBILL = re.compile(r"[0-9A-Z](?:[0-9A-Z-]{4,38})[0-9A-Z]")
#: What people write after a carrier's name.
_ENDINGS = ("快递", "速递", "速运", "物流", "快运")


def carriers() -> list[tuple[str, str]]:
    """The carriers as (code, name), in the order of the settings."""
    return list(settings.CARRIERS.items())


def carrier_name(code: str) -> str:
    """The carrier's name; a code that is no longer among the settings names itself."""
    return str(settings.CARRIERS.get(code, code))


def carrier_code(said: str) -> str:
    """The code of a carrier that was given by code or by name (顺丰, 顺丰速运, sf).

    Raises: CarrierUnknown.
    """
    text = unicodedata.normalize("NFKC", said).strip()
    if text.upper() in settings.CARRIERS:
        return text.upper()
    wanted = _bare(text)
    found = [code for code, name in settings.CARRIERS.items() if wanted and _bare(name) == wanted]
    if len(found) != 1:
        raise CarrierUnknown(carrier=said[:30])
    return found[0]


def clean_waybill(said: str) -> str:
    """The waybill in capitals, without spaces. Raises: WaybillWrong."""
    waybill = "".join(unicodedata.normalize("NFKC", said).split()).upper()
    if not _WAYBILL.fullmatch(waybill):
        raise WaybillWrong
    return waybill


def _bare(name: str) -> str:
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return name.casefold()
