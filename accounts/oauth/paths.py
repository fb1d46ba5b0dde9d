"""Where a browser may be sent after a login: a plain path of this site and nothing else."""

import re
import unicodedata
from urllib.parse import quote, unquote

from accounts.oauth.errors import PathRefused

LONGEST = 500
#: Letters, digits and what a path or query is made of; no backslash, no control, no white space.
_PLAIN = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@%/?#\[\]]*")


def safe_path(path: str) -> str:
    """This path, with what is not ASCII percent-encoded; ``/`` for none.

    What a browser, a proxy or a framework could read as another site's address is refused, also when it
    is percent-encoded once or more often, or written with characters that fold to slashes.
    Raises: PathRefused.
    """
    if not path:
        return "/"
    encoded = quote(path, safe="/?#[]@!$&'()*+,;=:%~")
    # A stray % that starts no escape would let two readers decode differently.
    if len(encoded) > LONGEST or not _PLAIN.fullmatch(encoded) or re.search(r"%(?![0-9A-Fa-f]{2})", encoded):
        raise PathRefused
    seen = path
    for _round in range(4):
        _check(seen)
        decoded = unquote(seen, errors="replace")
        if decoded == seen:
            return encoded
        seen = decoded
    # Nobody encodes a page's address that often.
    raise PathRefused


def _check(path: str) -> None:
    """Refuse what is no path from the root, at this depth of decoding."""
    folded = unicodedata.normalize("NFKC", path)
    if folded.startswith("/") is False or path[0] != "/":
        raise PathRefused
    if any(unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for one in folded) or "\\" in folded:
        raise PathRefused
    place = re.split(r"[?#]", folded, maxsplit=1)[0]
    if "//" in place or any(part in {".", ".."} for part in place.split("/")) or "@" in place:
        raise PathRefused
