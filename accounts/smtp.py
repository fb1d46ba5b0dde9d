"""Mail by SMTP, where a mail that may have left is told apart from one that certainly did not."""

import smtplib
from typing import Any

from django.core.mail.backends import smtp


class MayHaveLeft(OSError):
    """The server was handed the whole mail, and its answer never came."""


class _Careful(smtplib.SMTP):
    """Knows whether the server had the text of the mail when the connection broke."""

    _sends = 0

    def send(self, s: Any) -> None:
        self._sends += 1
        super().send(s)

    def data(self, msg: Any) -> Any:
        self._sends = 0
        try:
            return super().data(msg)
        except smtplib.SMTPResponseException:
            # The server has said no.
            raise
        except OSError as error:
            # First the command goes out, then the text.
            if self._sends > 1:
                raise MayHaveLeft(type(error).__name__) from error
            raise


class _CarefulTls(_Careful, smtplib.SMTP_SSL):
    """The same, with TLS from the first byte."""


class CarefulBackend(smtp.EmailBackend):
    """Django's own, but a mail whose fate is unknown raises ``MayHaveLeft``; ``EMAIL_BACKEND``."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _CarefulTls if self.use_ssl else _Careful
