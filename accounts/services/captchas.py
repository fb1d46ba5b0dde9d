"""Picture captchas: made under a client's id, checked once."""

import uuid

from accounts import captcha
from accounts.errors import CaptchaWrong
from kernel import oneuse

#: Seconds that a picture may be looked at.
LIVES = 300


def new_captcha(*, captcha_id: uuid.UUID) -> bytes:
    """A JPEG whose text counts once under this id; an older one under the same id is void."""
    text = captcha.new_text()
    oneuse.put(_name(captcha_id), text.lower(), seconds=LIVES)
    return captcha.draw(text)


def use_captcha(*, captcha_id: uuid.UUID | None, text: str) -> None:
    """The picture's text was right; right or wrong, it is used up.

    Raises: CaptchaWrong.
    """
    if captcha_id is None or not oneuse.use(_name(captcha_id), text.strip().lower()):
        raise CaptchaWrong


def _name(captcha_id: uuid.UUID) -> str:
    return f"captcha:{captcha_id.hex}"
