"""CSV cells that a spreadsheet would run as a formula, made harmless so that it can be undone."""

#: A cell that begins with one of these is a formula to Excel, WPS or LibreOffice (the wide ones in Chinese editions).
_STARTERS = frozenset("=+-@\t\r\n＝＋－＠")
_GUARD = "'"


def neutral(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would run it; ``restored`` takes it off again."""
    return _GUARD + text if text[:1] in _STARTERS or text.startswith(_GUARD) else text


def restored(text: str) -> str:
    """What ``neutral`` was given. Other people's apostrophes stay."""
    if text.startswith(_GUARD) and (text[1:2] in _STARTERS or text[1:2] == _GUARD):
        return text[1:]
    return text
