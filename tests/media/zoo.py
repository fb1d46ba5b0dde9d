"""Files that people upload by mistake or on purpose, made here so that nobody has to keep bombs in a repository."""

import io
import struct
import zlib
from typing import Any

from PIL import Image as Pillow

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.domain)</script></svg>'
HTML = b"<!doctype html><script>alert(document.domain)</script>"
SCRIPT = b"*/=1;alert(document.domain)//"


def photo(*, width: int = 320, height: int = 240, kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """A picture with some structure in it, so that its bytes are not a handful."""
    buffer = io.BytesIO()
    Pillow.radial_gradient("L").resize((width, height)).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def truncated_jpeg() -> bytes:
    """The upper half of a photo, as a broken connection leaves it."""
    whole = photo(width=800, height=600)
    return whole[: len(whole) // 2]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width: int, height: int) -> bytes:
    """A correct one-bit PNG of this size: a few kilobytes that unpack to a wall of pixels."""
    row = b"\x00" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def webp_claiming(width: int, height: int) -> bytes:
    """A small WebP whose header claims a huge canvas, which the decoder would allocate."""
    inner = photo(width=16, height=16, kind="WEBP")[12:]
    canvas = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    header = b"VP8X" + struct.pack("<I", 10) + b"\x00" * 4 + canvas
    body = b"WEBP" + header + inner
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif_with_script() -> bytes:
    """A whole GIF that is JavaScript too, for a server that lets browsers guess."""
    return photo(kind="GIF", width=32, height=32) + SCRIPT


def animated_gif(*, frames: int = 3, side: int = 32) -> bytes:
    buffer = io.BytesIO()
    pages = [Pillow.new("RGB", (side, side), (40 * n % 256, n % 256, 200 - n)) for n in range(frames)]
    pages[0].save(buffer, "GIF", save_all=True, append_images=pages[1:], duration=100)
    return buffer.getvalue()


def jpeg_with_place(*, orientation: int = 1, width: int = 320, height: int = 240) -> bytes:
    """A photo as a phone takes it: where, with what, and which way up it was held."""
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    exif[0x0110] = "SECRET-CAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 11.0), 3: "E", 4: (121.0, 28.0, 31.0)})
    return photo(width=width, height=height, exif=exif.tobytes(), comment=b"SECRET-COMMENT")
