"""Which version of the code built an index: documents of an older shape are found by no look at its settings."""

from kernel import clock
from search.models import IndexVersion


def note(index: str, *, version: int, digest: str) -> None:
    """This index was built by this version, just now."""
    IndexVersion.objects.update_or_create(
        index=index, defaults={"version": version, "digest": digest, "built_at": clock.now()}
    )


def outdated(index: str, *, version: int, digest: str, documents: int) -> str:
    """What an index lacks against the code's version, in words; empty where nothing. An empty index lacks nothing."""
    found = IndexVersion.objects.filter(index=index).first()
    if found is None:
        return f"built before versions were counted, the code has version {version}" if documents else ""
    if found.version != version:
        return f"built by version {found.version}, the code has version {version}"
    if found.digest != digest:
        return f"built by another version {version} ({found.digest}) than the code's ({digest})"
    return ""


def is_noted(index: str) -> bool:
    """Whether it is known what built this index."""
    return IndexVersion.objects.filter(index=index).exists()
