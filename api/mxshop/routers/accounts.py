"""Codes, sign-up, login, the profile, addresses, favourites, messages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from accounts.addressing.errors import AddressNotFound, AreaUnfit, TooManyAddresses
from accounts.errors import (
    CaptchaRequired,
    EmailTaken,
    EmailUnfit,
    LoginRefused,
    LoginTooOften,
    MobileNeedsCode,
    MobileTaken,
    PasswordUnfit,
    SmsCodeWrong,
    SmsTooOften,
    SmsTooSoon,
)
from accounts.selectors.addresses import live_addresses, owned_address
from accounts.selectors.paste import areas_of_names
from accounts.selectors.users import mobile_count
from accounts.services.addresses import AddressParts, add_address, change_address, delete_address
from accounts.services.emails import set_email
from accounts.services.login import log_in, logged_in
from accounts.services.profile import update_profile
from accounts.services.requests import count_request
from accounts.services.sign_up import sign_up_with_mobile
from accounts.services.sms_codes import Purpose, request_code
from api.auth import BuyerRequest, buyer
from api.either_body import documented, read_body
from api.mxshop import goods
from api.mxshop.auth import TOKEN_LIFE
from api.mxshop.errors import failures, guarded
from api.mxshop.schemas import (
    AddressIn,
    AddressOut,
    AddressPatch,
    CodeIn,
    CodeOut,
    FavOut,
    Gender,
    GoodsKeyIn,
    LoginIn,
    MessageIn,
    MessageOut,
    ProfileIn,
    ProfileOut,
    SignUpIn,
    TokenOut,
)
from api.schemas.base import RowId
from api.session import after_login
from kernel.errors import TooOften
from kernel.network import client_ip
from media.renditions import absolute
from media.validators import NotAPicture, PictureTooBig, PictureTooManyPixels
from shop.catalog.errors import SpuNotFound
from shop.catalog.selectors import cheapest_sku, product_cards_by_id
from shop.interest.errors import FavoriteThere, NotFavorite
from shop.interest.selectors import favorite_product_ids
from shop.interest.services import add_favorite, remove_favorites
from shop.messages.errors import MessageNotFound
from shop.messages.selectors import messages_of
from shop.messages.services import delete_message, leave_message

router = Router(tags=["accounts"])

#: Digits of a code: the client's form holds four.
CODE_DIGITS = 4
#: Rows of a list that has no pages.
MOST_ROWS = 100


@router.post(
    "/code/",
    response={201: CodeOut, **failures(MobileTaken, SmsTooSoon, SmsTooOften, CaptchaRequired)},
    operation_id="mx_send_code",
    summary="Send a code",
)
def send_code(request: HttpRequest, body: CodeIn) -> Any:
    """A code of four digits is on its way to a mobile that has no account yet."""
    count_request(of="counts", address=client_ip(request))
    if mobile_count(body.mobile):
        raise MobileTaken
    request_code(mobile=body.mobile, purpose=Purpose.SIGN_UP, address=client_ip(request), digits=CODE_DIGITS)
    return Status(201, {"mobile": body.mobile})


@router.post(
    "/users/",
    response={201: TokenOut, **failures(MobileTaken, PasswordUnfit, SmsCodeWrong, TooOften)},
    operation_id="mx_sign_up",
    summary="Sign up",
)
def sign_up(request: HttpRequest, response: HttpResponse, body: SignUpIn) -> Any:
    """Open an account for a mobile proved by a code, and log in to it."""
    user = sign_up_with_mobile(
        mobile=body.username, password=body.password, sms_code=body.code, address=client_ip(request)
    )
    session = logged_in(user=user, lifetime=TOKEN_LIFE)
    after_login(request, response, user)
    response["Cache-Control"] = "no-store"
    return Status(201, {"username": body.username, "name": body.username, "token": session.token})


@router.post(
    "/login/",
    response={200: TokenOut, **failures(LoginRefused, LoginTooOften, CaptchaRequired)},
    operation_id="mx_log_in",
    summary="Log in",
)
def login(request: HttpRequest, response: HttpResponse, body: LoginIn) -> Any:
    """Log in by name, mobile or verified e-mail; the token lives seven days."""
    session = log_in(account=body.username, password=body.password, address=client_ip(request), lifetime=TOKEN_LIFE)
    after_login(request, response, session.user)
    response["Cache-Control"] = "no-store"
    name = session.user.nickname or session.user.username
    return {"username": session.user.username, "name": name, "token": session.token}


def _profile(user: Any) -> dict[str, Any]:
    return {
        "name": user.nickname,
        "birthday": user.birthday,
        "gender": Gender.MALE if user.gender == user.Gender.MALE else Gender.FEMALE,
        "email": user.email,
        "mobile": user.mobile or "",
    }


@router.get(
    "/users/{user_id}/", auth=buyer, response={200: ProfileOut, **guarded()}, operation_id="mx_get_me", summary="Me"
)
def get_me(request: BuyerRequest, user_id: str) -> Any:
    """Who I am, whatever the number in the address."""
    return _profile(request.auth)


@router.patch(
    "/users/{user_id}/",
    auth=buyer,
    response={200: ProfileOut, **guarded(EmailUnfit, EmailTaken, MobileNeedsCode, TooOften)},
    operation_id="mx_change_me",
    summary="Change me",
)
def change_me(request: BuyerRequest, user_id: str, body: ProfileIn) -> Any:
    """Change my name, birthday, gender or e-mail; what is not named stays."""
    user = request.auth
    if body.mobile is not None and body.mobile != user.mobile:
        raise MobileNeedsCode
    if body.email is not None and body.email.lower() != user.email:
        user = set_email(user=user, email=body.email)
    changes: dict[str, Any] = {}
    if body.name is not None:
        changes["nickname"] = body.name
    if body.birthday is not None:
        changes["birthday"] = body.birthday
    if body.gender is not None:
        changes["gender"] = user.Gender.MALE if body.gender is Gender.MALE else user.Gender.FEMALE
    return _profile(update_profile(user=user, changes=changes))


# -- addresses


def _address(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "province": row.province.name,
        "city": row.city.name,
        "district": row.district.name if row.district else "",
        "address": row.place,
        "signer_name": row.receiver,
        "signer_mobile": row.mobile,
        "add_time": row.created_at,
    }


def _parts(given: AddressIn) -> AddressParts:
    areas = areas_of_names(province=given.province, city=given.city, district=given.district)
    return AddressParts(
        receiver=given.signer_name,
        province_id=areas.province_id,
        city_id=areas.city_id,
        district_id=areas.district_id,
        place=given.address,
        mobile=given.signer_mobile,
    )


@router.get(
    "/address/",
    auth=buyer,
    response={200: list[AddressOut], **guarded()},
    operation_id="mx_list_addresses",
    summary="My addresses",
)
def list_addresses(request: BuyerRequest) -> Any:
    """My addresses, the one changed last first."""
    return [_address(row) for row in live_addresses(user_id=request.auth.pk)]


@router.post(
    "/address/",
    auth=buyer,
    response={201: AddressOut, **guarded(AreaUnfit, TooManyAddresses)},
    operation_id="mx_add_address",
    summary="Add an address",
)
def create_address(request: BuyerRequest, body: AddressIn) -> Any:
    """Add an address whose areas are named; names may be written short."""
    return Status(201, _address(add_address(user_id=request.auth.pk, parts=_parts(body))))


@router.get(
    "/address/{int:address_id}/",
    auth=buyer,
    response={200: AddressOut, **guarded(AddressNotFound)},
    operation_id="mx_get_address",
    summary="One address",
)
def get_address(request: BuyerRequest, address_id: RowId) -> Any:
    """One of my addresses."""
    return _address(owned_address(user_id=request.auth.pk, address_id=address_id))


@router.patch(
    "/address/{int:address_id}/",
    auth=buyer,
    response={200: AddressOut, **guarded(AddressNotFound, AreaUnfit)},
    operation_id="mx_change_address",
    summary="Change an address",
)
def patch_address(request: BuyerRequest, address_id: RowId, body: AddressPatch) -> Any:
    """Change an address; what is not named stays. A new province or city without a district has none."""
    row = owned_address(user_id=request.auth.pk, address_id=address_id)
    before = _address(row)
    given = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    if ("province" in given or "city" in given) and "district" not in given:
        before["district"] = ""
    merged = AddressIn.model_construct(**{name: given.get(name, before[name]) for name in AddressIn.model_fields})
    return _address(change_address(user_id=request.auth.pk, address_id=address_id, parts=_parts(merged)))


@router.delete(
    "/address/{int:address_id}/",
    auth=buyer,
    response={204: None, **guarded(AddressNotFound)},
    operation_id="mx_delete_address",
    summary="Delete an address",
)
def remove_address(request: BuyerRequest, address_id: RowId) -> Any:
    """Delete one of my addresses."""
    delete_address(user_id=request.auth.pk, address_id=address_id)
    return Status(204, None)


# -- favourites


@router.get(
    "/userfavs/", auth=buyer, response={200: list[FavOut], **guarded()}, operation_id="mx_list_favs", summary="My goods"
)
def list_favs(request: BuyerRequest) -> Any:
    """Goods that I keep and that are on sale, newest first."""
    cards = product_cards_by_id(favorite_product_ids(user_id=request.auth.pk, most=MOST_ROWS))
    return [{"id": card.id, "goods": goods.ref(card)} for card in cards]


@router.post(
    "/userfavs/",
    auth=buyer,
    response={201: FavOut, **guarded(SpuNotFound, FavoriteThere)},
    operation_id="mx_add_fav",
    summary="Keep goods",
)
def add_fav(request: BuyerRequest, body: GoodsKeyIn) -> Any:
    """Keep these goods; twice is refused."""
    sku_id = cheapest_sku(body.goods)
    if body.goods in favorite_product_ids(user_id=request.auth.pk, spu_id=body.goods, most=1):
        raise FavoriteThere
    if not add_favorite(user_id=request.auth.pk, sku_id=sku_id):
        raise FavoriteThere
    return Status(201, {"id": body.goods, "goods": goods.ref(product_cards_by_id([body.goods])[0])})


@router.get(
    "/userfavs/{int:goods_id}/",
    auth=buyer,
    response={200: FavOut, **guarded(NotFavorite)},
    operation_id="mx_get_fav",
    summary="Whether I keep these",
)
def get_fav(request: BuyerRequest, goods_id: RowId) -> Any:
    """These goods, if I keep them and they are on sale."""
    kept = favorite_product_ids(user_id=request.auth.pk, spu_id=goods_id, most=1)
    cards = product_cards_by_id(kept)
    if not cards:
        raise NotFavorite
    return {"id": goods_id, "goods": goods.ref(cards[0])}


@router.delete(
    "/userfavs/{int:goods_id}/",
    auth=buyer,
    response={204: None, **guarded(NotFavorite)},
    operation_id="mx_remove_fav",
    summary="Keep no more",
)
def remove_fav(request: BuyerRequest, goods_id: RowId) -> Any:
    """Keep these goods no more, whichever variant it was."""
    if not remove_favorites(user_id=request.auth.pk, spu_id=goods_id):
        raise NotFavorite
    return Status(204, None)


# -- messages


def _message(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "message_type": row.kind,
        "subject": row.subject,
        "message": row.message,
        "file": absolute(row.picture.url) if row.picture else None,
        "add_time": row.created_at,
    }


@router.get(
    "/messages/",
    auth=buyer,
    response={200: list[MessageOut], **guarded()},
    operation_id="mx_list_messages",
    summary="My messages",
)
def list_messages(request: BuyerRequest) -> Any:
    """What I wrote to the shop, newest first."""
    return [_message(row) for row in messages_of(user_id=request.auth.pk)[:MOST_ROWS]]


@router.post(
    "/messages/",
    auth=buyer,
    response={201: MessageOut, **guarded(NotAPicture, PictureTooBig, PictureTooManyPixels, TooOften)},
    operation_id="mx_leave_message",
    summary="Write to the shop",
    openapi_extra=documented(MessageIn, file="file"),
)
def create_message(request: BuyerRequest) -> Any:
    """Write to the shop; the form's ``file`` may be a picture, or an empty text."""
    body = read_body(request, MessageIn)
    row = leave_message(
        user_id=request.auth.pk,
        kind=body.message_type,
        subject=body.subject,
        message=body.message,
        file=request.FILES.get("file"),
    )
    return Status(201, _message(row))


@router.delete(
    "/messages/{int:message_id}/",
    auth=buyer,
    response={204: None, **guarded(MessageNotFound)},
    operation_id="mx_delete_message",
    summary="Take a message back",
)
def remove_message(request: BuyerRequest, message_id: RowId) -> Any:
    """Take a message back."""
    delete_message(user_id=request.auth.pk, message_id=message_id)
    return Status(204, None)
