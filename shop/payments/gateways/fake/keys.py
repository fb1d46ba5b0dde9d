"""RSA keys of both sides, made once and kept in files; and RSA2 as Alipay does it."""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

#: Whose account the money goes to here: a PID, as Alipay's look.
SELLER_ID = "2088000000000001"


@dataclass(frozen=True)
class Keys:
    """PEM texts: the shop's pair and the gateway's."""

    app_private: str
    app_public: str
    gateway_private: str
    gateway_public: str

    @classmethod
    def made(cls) -> "Keys":
        """Two new pairs."""
        return cls(*_pair(), *_pair())

    @classmethod
    def in_folder(cls, folder: Path) -> "Keys":
        """The pairs kept in this folder, made now if there are none."""
        path = folder / "keys.pem"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            made = cls.made()
            draft = path.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(
                "\n".join((made.app_private, made.app_public, made.gateway_private, made.gateway_public)),
                encoding="utf-8",
            )
            try:
                # The shop and the stand-in may start at once; the first one's keys stand for both.
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return cls(*path.read_text(encoding="utf-8").split("\n\n"))


def _pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def signed_text(fields: Mapping[str, str], *, without: frozenset[str] = frozenset({"sign"})) -> str:
    """What of these fields is signed: sorted by name, as they are before they are written for the URL."""
    return "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if name not in without)


def sign(text: str, private: str) -> str:
    """RSA2: SHA-256 with RSA, in base64."""
    key = serialization.load_pem_private_key(private.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("not an RSA key")
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def holds(text: str, signature: str, public: str) -> bool:
    """Whether this signature was made of this text by the owner of this key."""
    key = serialization.load_pem_public_key(public.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("not an RSA key")
    try:
        key.verify(base64.b64decode(signature, validate=True), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, UnicodeEncodeError):
        return False
    return True
