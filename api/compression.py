"""Kept answers as gzip for clients that take it: JSON shrinks to a fifth."""

import gzip

#: Below this many bytes the packing costs more than it saves.
WORTH = 1024
#: Half the time of the default level for a few percent more bytes.
LEVEL = 5


def takes_gzip(accept_encoding: str) -> bool:
    """Whether this header welcomes gzip; ``gzip;q=0`` does not."""
    for part in accept_encoding.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        if name.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def gzipped(body: bytes) -> bytes:
    """The same bytes for the same body, whenever it is packed."""
    return gzip.compress(body, LEVEL, mtime=0)
