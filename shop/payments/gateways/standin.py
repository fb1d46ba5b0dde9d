"""Alipay's adapter with the keys of the stand-in service next door, where the shop has none of its own."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from shop.payments.gateways.alipay import AlipayGateway
from shop.payments.gateways.fake.keys import SELLER_ID, Keys


class StandInGateway(AlipayGateway):
    """Speaks with the stand-in exactly as with Alipay. It never runs in production: ``ALIPAY_FAKE`` is off there."""

    def __init__(
        self, *, name: str, folder: str | Path, app_id: str, url: str, notify_url: str, return_url: str
    ) -> None:
        if not settings.ALIPAY_FAKE:
            raise ImproperlyConfigured("the stand-in for Alipay is switched off (ALIPAY_FAKE)")
        keys = Keys.in_folder(Path(folder))
        super().__init__(
            name=name,
            app_id=app_id,
            seller_id=SELLER_ID,
            private_key=keys.app_private,
            public_key=keys.gateway_public,
            notify_url=notify_url,
            return_url=return_url,
            url=url,
        )
