"""Messages between a buyer and the shop."""

from typing import Annotated

from ninja import Schema
from pydantic import BeforeValidator, Field

from api.schemas.accounts import TrimmedText
from api.schemas.base import Moment

Kind = Annotated[int, Field(ge=1, le=5, description="1 留言, 2 投诉, 3 询问, 4 售后, 5 求购")]
#: A form's own line ends count twice, and no reader wants them.
Lines = Annotated[
    TrimmedText, BeforeValidator(lambda text: text.replace("\r\n", "\n") if isinstance(text, str) else text)
]


class MessageIn(Schema):
    type: Kind = 1
    subject: Annotated[TrimmedText, Field(min_length=1, max_length=100)]
    message: Annotated[Lines, Field(min_length=1, max_length=2000)]


class BuyerMessageOut(Schema):
    id: int
    type: int
    type_name: str
    subject: str
    message: str
    file: str | None = Field(description="absolute address of the picture")
    create_time: Moment
    answer: str = Field(description="empty until the shop answers")
    answer_time: Moment | None
