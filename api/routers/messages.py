"""What I wrote to the shop, and what it answered."""

from typing import Any

from ninja import Query, Router, Status

from api.auth import BuyerRequest, buyer
from api.either_body import documented, read_body
from api.pagination import Page, PageIn, PageNotFound, paged
from api.problems import guarded
from api.schemas.base import RowId
from api.schemas.messages import BuyerMessageOut, MessageIn
from kernel.errors import TooOften
from media.renditions import absolute
from media.validators import NotAPicture, PictureTooBig, PictureTooManyPixels
from shop.messages.errors import MessageNotFound
from shop.messages.selectors import messages_of
from shop.messages.services import delete_message, leave_message

router = Router(tags=["messages"], auth=buyer)


def _shown(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "type": row.kind,
        "type_name": row.get_kind_display(),
        "subject": row.subject,
        "message": row.message,
        "file": absolute(row.picture.url) if row.picture else None,
        "create_time": row.created_at,
        "answer": row.answer,
        "answer_time": row.answered_at,
    }


@router.get("/", operation_id="list_messages", response={200: Page[BuyerMessageOut], **guarded(PageNotFound)})
def list_messages(request: BuyerRequest, query: Query[PageIn]) -> Any:
    """My messages with the shop's answers, newest first."""
    rows = messages_of(user_id=request.auth.pk)
    return paged(request, rows, query, shape=lambda page: [_shown(row) for row in page])


@router.post(
    "/",
    operation_id="leave_message",
    response={201: BuyerMessageOut, **guarded(NotAPicture, PictureTooBig, PictureTooManyPixels, TooOften)},
    openapi_extra=documented(MessageIn, file="file"),
)
def create(request: BuyerRequest) -> Status[dict[str, Any]]:
    """Write to the shop; as a form the message may carry a picture (`file`, at most 5 MB), drawn anew by us."""
    body = read_body(request, MessageIn)
    row = leave_message(
        user_id=request.auth.pk,
        kind=body.type,
        subject=body.subject,
        message=body.message,
        file=request.FILES.get("file"),
    )
    return Status(201, _shown(row))


@router.delete("/{int:message_id}/", operation_id="delete_message", response={204: None, **guarded(MessageNotFound)})
def delete(request: BuyerRequest, message_id: RowId) -> Status[None]:
    """Take a message back, with its answer and its picture."""
    delete_message(user_id=request.auth.pk, message_id=message_id)
    return Status(204, None)
