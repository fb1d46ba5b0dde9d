"""The demo's pictures: drawn by code, alike every time, in every size that the shop shows."""

import io
import random

import pytest
from PIL import Image, ImageChops, ImageStat

from cms.selectors.pictures import WIDE
from media.models import SIZES
from media.validators import check_picture
from meiduo.demo.data.brands import BRANDS
from meiduo.demo.data.goods import PRODUCTS
from meiduo.demo.data.stage import BANNER, BANNERS
from meiduo.demo.pictures import CardOrder, FamilyOrder, LogoOrder, SceneOrder, painted
from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import Fade, Veil, rgb
from meiduo.demo.pictures.kinds import KINDS
from meiduo.demo.pictures.kinds.registry import kind
from meiduo.demo.pictures.sizes import copied
from meiduo.demo.pictures.studio import FEW, paint

SMALL = 100


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart, from 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean) / 3


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_of_product_can_be_drawn_in_every_light(name: str):
    for ink in ("#f4f4f4", "#16181d", "#d2353b"):
        picture = CardOrder(name, ink, "any", side=SMALL).draw()

        assert picture.size == (SMALL, SMALL)
        assert picture.mode == "RGB"
        # Something stands out from the ground: a picture of one tone has next to no spread.
        assert max(ImageStat.Stat(picture).stddev) > 12


def test_the_same_order_gives_the_same_bytes_whatever_was_drawn_before():
    order = CardOrder("phone", "#3f6fd8", "PH1")
    first = paint(order).content
    random.seed(5)
    CardOrder("sofa", "#888888", "x").draw()

    assert paint(order).content == first


def test_products_of_one_kind_and_colour_differ_from_each_other():
    one, other = (CardOrder("tshirt", "#3f6fd8", seed, side=SMALL).draw() for seed in ("A", "B"))

    assert difference(one, other) > 3


def test_a_colour_changes_the_product_and_leaves_its_ground():
    red, blue = (CardOrder("kettle", ink, "K", side=SMALL).draw() for ink in ("#c8323c", "#2f4fb0"))
    corner = (0, 0, 8, 8)

    assert difference(red, blue) > 5
    assert difference(red.crop(corner), blue.crop(corner)) == 0


@pytest.mark.parametrize("count", [2, 3, 4, 6])
def test_a_family_shows_up_to_four_colours(count: int):
    inks = ("#c8323c", "#2f4fb0", "#eeeeee", "#33353c", "#6fae5a", "#efb52f")[:count]

    assert FamilyOrder("mug", inks, "M").draw().size == (800, 800)


def test_banners_have_the_size_that_their_slot_asks_for():
    first = BANNERS[0]

    assert SceneOrder(*BANNER, first.hue, first.actors, "b").draw().size == BANNER == (1920, 600)


@pytest.mark.parametrize("maker", BRANDS, ids=lambda maker: maker.latin)
def test_a_logo_stays_clear_of_its_edges(maker):
    picture = LogoOrder(maker.latin, maker.ink).draw()
    inked = ImageChops.invert(picture.convert("L")).point(lambda level: 255 if level > 40 else 0).getbbox()

    assert inked is not None
    left, top, right, bottom = inked
    assert left >= 20
    assert top >= 20
    assert right <= picture.width - 20
    assert bottom <= picture.height - 20


def test_what_is_painted_is_a_whole_picture_with_a_copy_for_every_size():
    filters = [*SIZES.values(), *WIDE.values()]
    made = paint(CardOrder("bear", "#b07d50", "B"), filters=tuple(filters))

    assert check_picture(io.BytesIO(made.content)) == ".jpg"
    assert (made.width, made.height) == (800, 800)
    assert [copy.filter for copy in made.copies] == filters
    for copy in made.copies:
        opened = Image.open(io.BytesIO(copy.content))
        assert opened.format == "WEBP"
        assert opened.size == (copy.width, copy.height)
    assert [copy.width for copy in made.copies] == [160, 400, 800, 750, 800]


def test_a_copy_is_cut_out_of_the_middle_and_never_enlarged():
    picture = Image.new("RGB", (1000, 500), "red")
    picture.paste((0, 0, 255), (250, 0, 750, 500))

    cut = copied(picture, "fill-100x100|format-webp|webpquality-80")
    assert cut is not None
    shown = Image.open(io.BytesIO(cut.content)).convert("RGB")
    assert all(shown.getpixel(at)[2] > 200 for at in ((3, 3), (96, 96)))
    fitted = copied(picture, "max-1200x1200|format-webp|webpquality-80")
    assert fitted is not None
    assert (fitted.width, fitted.height) == (1000, 500)
    assert copied(picture, "fill-600x600|format-webp|webpquality-80") is None
    assert copied(picture, "width-300") is None


def test_several_painters_give_what_one_gives():
    orders = [CardOrder("mug", product_ink, "M", side=SMALL) for product_ink in ("#c8323c", "#2f4fb0")] * (FEW // 2)

    assert [one.content for one in painted(orders, painters=2)] == [one.content for one in painted(orders, painters=1)]


def test_paint_that_is_see_through_lets_the_ground_shine_through():
    c = Canvas(40, 40)
    c.box(0, 0, 1000, 1000, rgb("#000000"))
    c.box(0, 0, 500, 1000, Veil((255, 255, 255), 0.5))
    c.box(500, 0, 500, 1000, Fade((255, 255, 255), 0, 1))
    picture = c.image()

    assert 120 <= picture.getpixel((5, 20))[0] <= 135
    assert picture.getpixel((30, 1))[0] < 20
    assert picture.getpixel((30, 38))[0] > 235


def test_what_nobody_painted_is_transparent_and_half_paint_keeps_its_colour():
    c = Canvas(20, 20)
    c.box(0, 0, 500, 1000, Veil((200, 100, 50), 0.5))
    picture = c.image()

    assert picture.getpixel((15, 10))[3] == 0
    red, green, blue, opacity = picture.getpixel((4, 10))
    assert (red, green, blue) == pytest.approx((200, 100, 50), abs=3)
    assert opacity == pytest.approx(128, abs=2)


def test_painting_stays_inside_the_outlines_around_it():
    c = Canvas(40, 40)
    with c.inside([(0, 0), (600, 0), (600, 600), (0, 600)]), c.inside([(300, 300), (900, 300), (900, 900), (300, 900)]):
        c.box(0, 0, 1000, 1000, (255, 0, 0))
        c.stroke([(0, 0), (1000, 1000)], 40, (255, 0, 0))
    alpha = c.image().getchannel("A")

    assert alpha.getbbox() == (12, 12, 24, 24) or alpha.getbbox() == (12, 12, 25, 25)


def test_two_drawings_cannot_have_one_name():
    with pytest.raises(ValueError, match="phone"):
        kind("phone")(lambda c, ink, rng: None)


def test_every_product_of_the_demo_has_a_drawing_of_its_kind():
    assert {product.kind for product in PRODUCTS} <= set(KINDS)
