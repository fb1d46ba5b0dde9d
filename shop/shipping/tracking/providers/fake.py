"""A stand-in that invents what carriers usually say, counted from when the parcel left. Refused in production."""

from collections.abc import Sequence
from datetime import timedelta

from kernel import clock
from shop.shipping.carriers import carrier_name
from shop.shipping.tracking.port import Happening, Step, Waybill

_WAY = (
    (timedelta(), Step.ACCEPTED, "{carrier}已揽收，运单号 {number}"),
    (timedelta(hours=6), Step.IN_TRANSIT, "快件已到达【分拨中心】"),
    (timedelta(hours=20), Step.IN_TRANSIT, "快件已从【分拨中心】发出，正在运往目的地"),
    (timedelta(hours=38), Step.DELIVERING, "快递员正在派送，请保持电话畅通"),
    (timedelta(hours=42), Step.SIGNED, "快件已签收，感谢使用{carrier}"),
)


class FakeTracking:
    """The same waybill always has the same way."""

    name = "fake"

    def follow(self, waybill: Waybill) -> Sequence[Happening]:
        """The steps whose time has come, newest first."""
        now = clock.now()
        names = {"carrier": carrier_name(waybill.carrier), "number": waybill.number}
        return [
            Happening(waybill.sent_at + after, text.format(**names), state)
            for after, state, text in reversed(_WAY)
            if waybill.sent_at + after <= now
        ]
