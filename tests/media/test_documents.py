"""What is let in as a document, by content."""

import io
import zipfile

import openpyxl
import pytest

from media.documents import (
    DocumentHasMacros,
    DocumentKindRefused,
    DocumentMismatch,
    DocumentTooBig,
    check_document,
)
from tests.media import zoo


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            # A time of its own: the bytes are part of a test's name, which every process must find alike.
            archive.writestr(zipfile.ZipInfo(name), "content")
    return buffer.getvalue()


def _workbook() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("手册.pdf", b"%PDF-1.7\n..."),
        ("手册.PDF", b"%PDF-1.7\n..."),
        ("a.zip", _zip("readme.txt")),
        ("a.xlsx", _workbook()),
        ("a.docx", _zip("[Content_Types].xml", "word/document.xml")),
        ("a.csv", "编码,名称\n1,手机\n".encode()),
        ("a.csv", "编码,名称\n1,手机\n".encode("gb18030")),
        ("a.txt", "编码".encode("utf-16")),
        ("a.txt", b""),
    ],
)
def test_a_document_that_is_what_its_name_says_is_taken(name, content):
    file = io.BytesIO(content)

    assert check_document(file, name) == "." + name.rpartition(".")[2].lower()
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("page.html", zoo.HTML, DocumentKindRefused),
        ("picture.svg", zoo.SVG, DocumentKindRefused),
        ("page.pdf.html", b"%PDF-1.7", DocumentKindRefused),
        ("noending", b"%PDF-1.7", DocumentKindRefused),
        ("a.pdf", zoo.HTML, DocumentMismatch),
        ("a.pdf", b"", DocumentMismatch),
        ("a.zip", zoo.HTML, DocumentMismatch),
        ("a.zip", _zip("x")[:30], DocumentMismatch),
        ("a.xlsx", _zip("x"), DocumentMismatch),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DocumentMismatch),
        ("a.docx", _workbook(), DocumentMismatch),
        ("a.xlsx", _zip("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), DocumentHasMacros),
        ("a.txt", b"ab\x00c", DocumentMismatch),
        ("a.csv", b"\xff\xff\xff", DocumentMismatch),
        ("a.txt", b"x" * (10 * 1024 * 1024 + 1), DocumentTooBig),
    ],
)
def test_a_document_that_is_something_else_is_refused(name, content, error):
    with pytest.raises(error) as refused:
        check_document(io.BytesIO(content), name)

    assert refused.value.message
