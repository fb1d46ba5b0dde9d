"""Changes of a cart. Nothing is reserved; what a cart says of stock is a courtesy, the order decides."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from shop.cart.errors import CartFull, LineFull, LineNotFound
from shop.cart.guest import MOST_LINES as MOST_GUEST_LINES
from shop.cart.guest import GuestCart, GuestLine
from shop.cart.models import CartLine
from shop.catalog.errors import SkuNotFound
from shop.catalog.models import Sku
from shop.catalog.selectors import is_on_sale
from shop.stock.errors import StockShort

#: Pieces of one SKU that one line may hold.
MOST_PIECES = 200
#: Different SKUs in one buyer's cart.
MOST_LINES = 120


def sku_for_cart(*, sku_id: int, count: int) -> Sku:
    """The SKU, if so many pieces of it could be ordered now.

    Raises: SkuNotFound when it is not on sale; LineFull; StockShort.
    """
    sku = Sku.objects.select_related("spu").filter(pk=sku_id).first()
    if sku is None or not is_on_sale(sku):
        raise SkuNotFound(field="sku_id")
    if count > MOST_PIECES:
        raise LineFull(most=MOST_PIECES)
    if count > sku.stock:
        raise StockShort(field="count", sku_id=sku_id, left=max(sku.stock, 0))
    return sku


@transaction.atomic
def add_to_cart(*, user: User, sku_id: int, count: int, selected: bool = True) -> CartLine:
    """Put so many more pieces into the cart. The sum is what is checked, not the added part.

    Locks: the user's row, so that two additions of the same buyer are one after the other; then the line,
    which an order placed meanwhile takes away.
    Raises: SkuNotFound, LineFull, CartFull, StockShort.
    """
    _lock_cart(user)
    line = _line_locked(user, sku_id)
    sku = sku_for_cart(sku_id=sku_id, count=count + (line.count if line else 0))
    if line is None:
        if CartLine.objects.filter(user=user).count() >= MOST_LINES:
            raise CartFull(most=MOST_LINES)
        return CartLine.objects.create(user=user, sku=sku, count=count, selected=selected, price_seen=sku.price)
    line.count += count
    line.selected = selected
    line.price_seen = sku.price
    line.save(update_fields=["count", "selected", "price_seen", "updated_at"])
    return line


@transaction.atomic
def set_line(*, user: User, sku_id: int, count: int, selected: bool) -> CartLine:
    """Make the line hold exactly so many pieces.

    A tick may be taken away from a line that can no longer be bought; more pieces may not be asked of it.
    Raises: LineNotFound, SkuNotFound, LineFull, StockShort.
    """
    _lock_cart(user)
    line = _line_locked(user, sku_id)
    if line is None:
        raise LineNotFound
    if count > line.count or (selected and not line.selected):
        line.price_seen = sku_for_cart(sku_id=sku_id, count=count).price
    line.count = count
    line.selected = selected
    line.save(update_fields=["count", "selected", "price_seen", "updated_at"])
    return line


def remove_line(*, user: User, sku_id: int) -> None:
    """Take the line out; one that is not there is out already."""
    CartLine.objects.filter(user=user, sku_id=sku_id).delete()


@transaction.atomic
def select_all(*, user: User, selected: bool) -> None:
    """Tick every line, or none. An empty cart stays empty."""
    lines = CartLine.objects.filter(user=user).order_by("sku_id")
    # Locked in the order in which an order locks them: one UPDATE of many would take them as it finds them.
    changing = list(lines.select_for_update(no_key=True).exclude(selected=selected).values_list("pk", flat=True))
    CartLine.objects.filter(pk__in=changing).update(selected=selected)


@transaction.atomic
def merge_guest_cart(*, user: User, cart: GuestCart) -> None:
    """Let a guest's lines replace the buyer's own of the same SKUs; the other lines stay.

    Nothing is refused here, because a login must never fail over a cart: what is gone, short or above a
    cap is cut down, and the cart itself says so afterwards.
    """
    if not cart.lines:
        return
    _lock_cart(user)
    known = set(Sku.objects.filter(pk__in=cart.lines).values_list("pk", flat=True))
    lines = CartLine.objects.filter(user=user).order_by("sku_id").select_for_update(no_key=True)
    own = {line.sku_id: line for line in lines}
    room = MOST_LINES - len(own)
    fresh, replaced = [], []
    for sku_id, guest in cart.lines.items():
        if sku_id not in known:
            continue
        count = min(guest.count, MOST_PIECES)
        if line := own.get(sku_id):
            line.count, line.selected, line.price_seen = count, guest.selected, guest.price_seen
            replaced.append(line)
        elif room > 0:
            room -= 1
            fresh.append(
                CartLine(user=user, sku_id=sku_id, count=count, selected=guest.selected, price_seen=guest.price_seen)
            )
    CartLine.objects.bulk_update(replaced, ["count", "selected", "price_seen"])
    CartLine.objects.bulk_create(fresh)


#: ``remove_ordered`` as a part of a larger statement of PostgreSQL; its value is the list of ids.
REMOVE_CART_LINES = "DELETE FROM shop_cartline WHERE id = ANY(%s)"


def remove_ordered(*, line_ids: Iterable[int]) -> None:
    """Take the lines that became an order out of the cart.

    One statement: ``delete`` reads the rows first where anybody listens to deletions, as Wagtail 8 does to all
    models; nothing hangs on a cart line.
    """
    lines = CartLine.objects.filter(pk__in=list(line_ids)).order_by()
    lines._raw_delete(lines.db)


def guest_add(cart: GuestCart, *, sku_id: int, count: int, selected: bool = True) -> None:
    """The same as ``add_to_cart`` for a guest. Raises: SkuNotFound, LineFull, CartFull, StockShort."""
    line = cart.lines.pop(sku_id, None)
    sku = sku_for_cart(sku_id=sku_id, count=count + (line.count if line else 0))
    if line is None and len(cart.lines) >= MOST_GUEST_LINES:
        raise CartFull(most=MOST_GUEST_LINES)
    cart.lines[sku_id] = GuestLine(count + (line.count if line else 0), selected, sku.price)


def guest_set(cart: GuestCart, *, sku_id: int, count: int, selected: bool) -> None:
    """The same as ``set_line`` for a guest. Raises: LineNotFound, SkuNotFound, LineFull, StockShort."""
    line = cart.lines.get(sku_id)
    if line is None:
        raise LineNotFound
    seen = line.price_seen
    if count > line.count or (selected and not line.selected):
        seen = sku_for_cart(sku_id=sku_id, count=count).price
    cart.lines[sku_id] = GuestLine(count, selected, seen)


def guest_remove(cart: GuestCart, *, sku_id: int) -> None:
    """Take the line out; one that is not there is out already."""
    cart.lines.pop(sku_id, None)


def guest_select_all(cart: GuestCart, *, selected: bool) -> None:
    """Tick every line, or none."""
    cart.lines = {sku_id: GuestLine(line.count, selected, line.price_seen) for sku_id, line in cart.lines.items()}


def _line_locked(user: User, sku_id: int) -> CartLine | None:
    return CartLine.objects.select_for_update(no_key=True).filter(user=user, sku_id=sku_id).first()


def _lock_cart(user: User) -> None:
    """Make this buyer's changes of the cart queue up; other buyers' do not wait."""
    User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk").first()
