"""Drawing four characters that people read and programs stumble over."""

import io
import math
import secrets

from PIL import Image, ImageDraw, ImageFont

#: Of each pair that looks alike (0 O, 1 I L, 2 Z, 5 S, 8 B, U V) one at the most.
ALPHABET = "346789ACDEFGHJKMNPQRTWXY"
LENGTH = 4
WIDTH, HEIGHT = 132, 48
_SCALE = 2
_EDGE = 10

_random = secrets.SystemRandom()


def new_text() -> str:
    """Four characters by chance."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def draw(text: str) -> bytes:
    """A JPEG of this text: turned and sheared letters on a wave, with lines across them."""
    width, height = WIDTH * _SCALE, HEIGHT * _SCALE
    paper = (_random.randint(228, 250), _random.randint(228, 250), _random.randint(228, 250))
    picture = Image.new("RGB", (width, height), paper)
    _specks(picture, 160)
    step = width // (len(text) + 1)
    for place, letter in enumerate(text):
        # One colour for a letter and the lines near it: colour alone must not separate them.
        tile = _letter(letter, ink=_ink())
        left = int(step * (place + 0.62)) + _random.randint(-6, 6) - tile.width // 2 + step // 3
        top = (height - tile.height) // 2 + _random.randint(-7, 7)
        picture.paste(tile, (left, top), tile)
    _curves(picture, 3)
    picture = _waved(picture, paper)
    _specks(picture, 110)
    small = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def _ink() -> tuple[int, int, int]:
    return (_random.randint(10, 110), _random.randint(10, 110), _random.randint(10, 130))


def _letter(letter: str, *, ink: tuple[int, int, int]) -> Image.Image:
    font = ImageFont.load_default(size=_random.randint(31, 36) * _SCALE)
    size = 48 * _SCALE
    tile = Image.new("RGBA", (size, size), (*ink, 0))
    ImageDraw.Draw(tile).text((size / 2, size / 2), letter, font=font, fill=(*ink, 255), anchor="mm", stroke_width=1)
    shear = _random.uniform(-0.28, 0.28)
    tile = tile.transform(
        tile.size, Image.Transform.AFFINE, (1, shear, -shear * size / 2, 0, 1, 0), Image.Resampling.BICUBIC
    )
    return tile.rotate(_random.uniform(-24, 24), Image.Resampling.BICUBIC)


def _curves(picture: Image.Image, count: int) -> None:
    pen = ImageDraw.Draw(picture)
    width, height = picture.size
    for _ in range(count):
        middle, swing = _random.uniform(0.25, 0.75) * height, _random.uniform(0.08, 0.3) * height
        length, phase = _random.uniform(0.6, 1.6) * width, _random.uniform(0, math.tau)
        points = [(x, middle + swing * math.sin(x / length * math.tau + phase)) for x in range(0, width + 8, 8)]
        pen.line(points, fill=_ink(), width=_random.choice((2, 3, 4)), joint="curve")


def _specks(picture: Image.Image, count: int) -> None:
    pen = ImageDraw.Draw(picture)
    for _ in range(count):
        x, y = _random.randrange(picture.width), _random.randrange(picture.height)
        radius = _random.choice((1, 1, 2))
        shade = tuple(_random.randint(90, 210) for _ in range(3))
        pen.ellipse((x, y, x + radius, y + radius), fill=shade)


def _waved(picture: Image.Image, paper: tuple[int, int, int]) -> Image.Image:
    """Bend the whole picture: straight cuts between letters then cut through them."""
    # The bend reaches over the edge, so paper is laid around and cut off again.
    width, height = picture.width + 2 * _EDGE, picture.height + 2 * _EDGE
    laid = Image.new("RGB", (width, height), paper)
    laid.paste(picture, (_EDGE, _EDGE))
    across, down = _random.uniform(0, math.tau), _random.uniform(0, math.tau)
    long, tall = _random.uniform(0.7, 1.2) * width, _random.uniform(1.1, 1.9) * height
    x_step, y_step = width // 12, height // 4

    def moved(x: float, y: float) -> tuple[float, float]:
        return (
            x + 5.0 * math.sin(y / tall * math.tau + down),
            y + 7.0 * math.sin(x / long * math.tau + across),
        )

    mesh = []
    for left in range(0, width, x_step):
        for top in range(0, height, y_step):
            right, bottom = min(left + x_step, width), min(top + y_step, height)
            corners = [moved(left, top), moved(left, bottom), moved(right, bottom), moved(right, top)]
            mesh.append(((left, top, right, bottom), tuple(number for corner in corners for number in corner)))
    bent = laid.transform(laid.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)
    return bent.crop((_EDGE, _EDGE, width - _EDGE, height - _EDGE))
