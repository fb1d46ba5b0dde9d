"""The kinds of file that the mall keeps, by their ending. The type a file is served as comes from here alone."""

from pathlib import PurePosixPath

#: Shown in the page.
PICTURES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
#: Kept, and always handed over as a download.
DOCUMENTS = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
UNKNOWN = "application/octet-stream"


def ending_of(name: str) -> str:
    """The ending in lower case with its dot, or nothing for a kind that we do not keep."""
    ending = PurePosixPath(name).suffix.lower()
    return ending if ending in PICTURES or ending in DOCUMENTS else ""


def content_type(name: str) -> str:
    """The type that a browser is told; a kind we do not know is told to be just bytes."""
    ending = ending_of(name)
    return PICTURES.get(ending) or DOCUMENTS.get(ending) or UNKNOWN


def is_picture(name: str) -> bool:
    """Whether the file may be shown in the page instead of being downloaded."""
    return ending_of(name) in PICTURES
