"""Paying an order."""

from typing import Literal

from ninja import Schema
from pydantic import Field

from api.schemas.base import QueryIn
from shop.payments.port import Channel


class PaymentPageIn(QueryIn):
    """Which page the buyer pays on."""

    channel: Channel = Field(Channel.PAGE, description="`page` for computers, `wap` for phones")


class PaymentPageOut(Schema):
    """Where the buyer pays."""

    alipay_url: str


class PaymentReturnIn(QueryIn):
    """What the gateway gave the browser: pass its whole query on, unchanged. These are some of its names."""

    out_trade_no: str = ""
    trade_no: str = ""
    total_amount: str = ""
    sign: str = ""
    sign_type: str = ""


class PaymentStatusOut(Schema):
    """What is known of the payment."""

    trade_id: str = Field(description="the gateway's number")
    order_id: str
    status: Literal["paid", "confirming", "returned"] = Field(
        description="`confirming`: nobody knows yet, ask again soon; `returned`: the order was closed or paid "
        "already, and the money goes back by itself"
    )
