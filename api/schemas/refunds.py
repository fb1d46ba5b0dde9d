"""After-sales: what a buyer asks for after paying, and what became of it."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.pagination import PageIn
from api.schemas.base import Moment, RowId, Yuan
from api.schemas.messages import Lines
from media.renditions import absolute
from shop.aftersales.photos import MOST, photo_url
from shop.aftersales.reasons import Reason, reason_text

#: An after-sale's number in an address.
RefundNumber = Annotated[str, StringConstraints(pattern=r"^\d{1,32}$")]

Kind = Literal["refund", "return"]
State = Literal["applied", "refused", "withdrawn", "to_return", "returning", "refunding", "done"]
#: Columns of 12 digits.
Asked = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class RefundLineIn(Schema):
    """So many pieces of one line of the order."""

    line: RowId | None = Field(None, description="the line's id in the order; or name its SKU")
    sku_id: RowId | None = None
    count: int = Field(1, ge=0, le=10_000, description="0: money back for no piece, `amount` is needed then")
    amount: Asked | None = Field(None, description="at most what these pieces cost, which is the default")

    @model_validator(mode="after")
    def _names_a_line(self) -> "RefundLineIn":
        if (self.line is None) == (self.sku_id is None):
            raise PydanticCustomError("missing", "Field required: line or sku_id")
        return self


class RefundIn(Schema):
    """An application."""

    kind: Kind = Field("refund", description="`refund`: money only; `return`: goods back, then money")
    reason: Reason
    text: Annotated[Lines, Field(max_length=500)] = ""
    lines: list[RefundLineIn] | None = Field(
        None, min_length=1, max_length=120, description="absent: everything that was not refunded yet"
    )
    photos: list[Annotated[str, StringConstraints(min_length=1, max_length=400)]] = Field(
        [], max_length=MOST, description="the `photo` texts of uploads"
    )


class RefundsIn(PageIn):
    """Which applications."""

    state: State | None = None


class WaybillIn(Schema):
    """With which parcel the goods come back."""

    carrier: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]
    waybill: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9-]{4,64}$")]


class PhotoOut(Schema):
    """An uploaded photo."""

    photo: str = Field(description="send this with the application, within a day")
    url: str


class RefundLineOut(Schema):
    """Pieces that the application is about."""

    line: int
    sku_id: int
    name: str
    count: int
    amount: Yuan


class MoneyOut(Schema):
    """The money itself."""

    amount: Yuan
    state: Literal["awaiting_approval", "queued", "unknown", "succeeded", "failed", "refused"]
    done_time: Moment | None


class RefundOut(Schema):
    """An application and where it is."""

    number: str
    order_id: str
    kind: Kind
    kind_name: str
    state: State
    state_name: str
    reason: str
    reason_name: str
    text: str
    photos: list[str] = Field(description="absolute addresses")
    amount: Yuan = Field(description="what was asked for, freight included")
    freight: Yuan = Field(description="how much of it is freight")
    lines: list[RefundLineOut]
    answer: str = Field(description="what the shop says: why not, or where to send the goods")
    carrier: str
    waybill: str
    money: MoneyOut | None = Field(description="null until the shop grants it")
    create_time: Moment
    update_time: Moment


class ReasonOut(Schema):
    reason: str
    name: str


def refund_out(row: Any) -> dict[str, Any]:
    """An application with order, refund and lines loaded, as ``RefundOut`` wants it."""
    lines = list(row.lines.all())
    return {
        "number": row.number,
        "order_id": row.order.number,
        "kind": row.kind,
        "kind_name": row.get_kind_display(),
        "state": row.state,
        "state_name": row.get_state_display(),
        "reason": row.reason,
        "reason_name": reason_text(row.reason),
        "text": row.text,
        "photos": [absolute(photo_url(name)) for name in row.photos],
        "amount": row.amount,
        "freight": row.amount - sum(line.amount for line in lines),
        "lines": [
            {
                "line": line.order_line_id,
                "sku_id": line.order_line.sku_id,
                "name": line.order_line.name,
                "count": line.count,
                "amount": line.amount,
            }
            for line in lines
        ],
        "answer": row.staff_note,
        "carrier": row.return_carrier,
        "waybill": row.return_waybill,
        "money": {"amount": row.refund.amount, "state": row.refund.state, "done_time": row.refund.done_at}
        if row.refund is not None
        else None,
        "create_time": row.created_at,
        "update_time": row.updated_at,
    }
