"""Keys and certificates as operators paste them: PEM, a file's path, or Alipay's bare base64."""

import hashlib
import re
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured

_BLOCK = re.compile(r"-----BEGIN [A-Z0-9 ]+-----.*?-----END [A-Z0-9 ]+-----", re.DOTALL)
#: How the numbers of PKCS#1's algorithms begin.
_RSA = "1.2.840.113549.1.1."
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]{100,}")


def key_text(given: str, *, variable: str, kind: str) -> str:
    """PEM of a key given as PEM (its line breaks may be written ``\\n``), as a path, or as bare base64.

    ``kind`` heads bare base64: ``PUBLIC KEY``, ``PRIVATE KEY``.
    Raises: ImproperlyConfigured naming the variable, and never what it holds.
    """
    text = _read(given, variable=variable)
    if "-----BEGIN" in text:
        return text
    if not _BASE64.fullmatch(text.strip()):
        raise ImproperlyConfigured(f"{variable} is neither PEM, nor base64, nor the path of such a file")
    bare = "".join(text.split())
    lines = "\n".join(bare[start : start + 64] for start in range(0, len(bare), 64))
    # Alipay's own tool writes PKCS#1 private keys for some languages: they begin with another length.
    kind = "RSA PRIVATE KEY" if kind == "PRIVATE KEY" and bare[:6] in {"MIIEow", "MIIEpA", "MIIEpQ"} else kind
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n"


def certificate_text(given: str, *, variable: str) -> str:
    """PEM of one certificate, or of a chain with the blank line between its parts that the SDK splits at.

    Raises: ImproperlyConfigured naming the variable.
    """
    blocks = _BLOCK.findall(_read(given, variable=variable))
    if not blocks:
        raise ImproperlyConfigured(f"{variable} holds no PEM certificate, and is not the path of one")
    return "\n\n".join(blocks)


def public_key_of(certificate: str) -> str:
    """PEM of the key that a certificate is about. Raises: ValueError."""
    key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def serial_of(certificate: str) -> str:
    """Alipay's serial of a certificate: its issuer and number, digested. Raises: ValueError."""
    return _serial(x509.load_pem_x509_certificate(certificate.encode()))


def root_serials(chain: str) -> str:
    """The serials of the root certificates with RSA signatures; Alipay's file holds one of another kind too.

    Raises: ValueError.
    """
    found = [x509.load_pem_x509_certificate(block.encode()) for block in _BLOCK.findall(chain)]
    return "_".join(_serial(one) for one in found if one.signature_algorithm_oid.dotted_string.startswith(_RSA))


def _serial(certificate: x509.Certificate) -> str:
    named = {attribute.oid: str(attribute.value) for attribute in certificate.issuer}
    common, unit = named.get(NameOID.COMMON_NAME), named.get(NameOID.ORGANIZATIONAL_UNIT_NAME)
    owner, country = named.get(NameOID.ORGANIZATION_NAME), named.get(NameOID.COUNTRY_NAME)
    text = f"CN={common},OU={unit},O={owner},C={country}{certificate.serial_number}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _read(given: str, *, variable: str) -> str:
    """The text itself: what stands in the file, where a path was given."""
    text = given.strip()
    if "-----BEGIN" not in text and len(text) < 1000:
        path = Path(text).expanduser()
        try:
            if path.is_file():
                text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as wrong:
            raise ImproperlyConfigured(f"{variable}: {type(wrong).__name__} reading its file") from None
    return text.replace("\\n", "\n").replace("\r\n", "\n")
