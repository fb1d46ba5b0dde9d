"""The cart: rows for a buyer, a signed cookie for a guest; one set of routes."""

from typing import Any

from django.http import HttpResponse
from ninja import Router, Status

from api.auth import VisitorRequest, buyer_or_guest
from api.cart_cookie import read_cart, write_cart
from api.problems import problems
from api.schemas.cart import (
    CartLineGoneIn,
    CartLineIn,
    CartLineOut,
    CartLineSetIn,
    CartSelectionIn,
    CartSelectionOut,
    ShownLineOut,
)
from shop.cart import selectors, services
from shop.cart.errors import CartFull, LineFull, LineNotFound
from shop.catalog.errors import SkuNotFound
from shop.stock.errors import StockShort

router = Router(auth=buyer_or_guest)


def _is_buyer(request: VisitorRequest) -> bool:
    return bool(request.auth.is_authenticated)


@router.get("/", response={200: list[ShownLineOut], **problems()}, operation_id="get_cart", summary="My cart")
def get_cart(request: VisitorRequest, response: HttpResponse) -> Any:
    """The lines, newest first, each saying what changed: its price, its shelf, its stock."""
    response["Cache-Control"] = "private, no-store"
    if _is_buyer(request):
        return selectors.cart_of_buyer(user_id=request.auth.pk)
    return selectors.cart_of_guest(cart=read_cart(request))


@router.post(
    "/",
    response={201: CartLineOut, **problems(SkuNotFound, StockShort, LineFull, CartFull)},
    operation_id="add_to_cart",
    summary="Put into the cart",
)
def add_to_cart(request: VisitorRequest, response: HttpResponse, body: CartLineIn) -> Any:
    """Add pieces. What is checked against stock is the line's sum; nothing is reserved."""
    given: dict[str, Any] = {"sku_id": body.sku_id, "count": body.count, "selected": body.selected}
    if _is_buyer(request):
        line = services.add_to_cart(user=request.auth, **given)
        return Status(201, given | {"total_count": line.count})
    cart = read_cart(request)
    services.guest_add(cart, **given)
    write_cart(response, cart)
    return Status(201, given | {"total_count": cart.lines[body.sku_id].count})


@router.put(
    "/",
    response={200: CartLineOut, **problems(LineNotFound, SkuNotFound, StockShort, LineFull)},
    operation_id="set_cart_line",
    summary="Set a line",
)
def set_cart_line(request: VisitorRequest, response: HttpResponse, body: CartLineSetIn) -> Any:
    """Make the line hold exactly so many pieces, ticked or not."""
    given: dict[str, Any] = {"sku_id": body.sku_id, "count": body.count, "selected": body.selected}
    if _is_buyer(request):
        services.set_line(user=request.auth, **given)
    else:
        cart = read_cart(request)
        services.guest_set(cart, **given)
        write_cart(response, cart)
    return given | {"total_count": body.count}


@router.delete("/", response={204: None, **problems()}, operation_id="remove_cart_line", summary="Take a line out")
def remove_cart_line(request: VisitorRequest, response: HttpResponse, body: CartLineGoneIn) -> Any:
    """Take the line out; one that is not there is out already."""
    if _is_buyer(request):
        services.remove_line(user=request.auth, sku_id=body.sku_id)
    else:
        cart = read_cart(request)
        services.guest_remove(cart, sku_id=body.sku_id)
        write_cart(response, cart)
    return Status(204, None)


@router.put(
    "/selection/",
    response={200: CartSelectionOut, **problems()},
    operation_id="select_cart",
    summary="Tick all or none",
)
def select_cart(request: VisitorRequest, response: HttpResponse, body: CartSelectionIn) -> Any:
    """Tick every line, or none. An empty cart is fine."""
    if _is_buyer(request):
        services.select_all(user=request.auth, selected=body.selected)
    else:
        cart = read_cart(request)
        services.guest_select_all(cart, selected=body.selected)
        write_cart(response, cart)
    return {"selected": body.selected}
