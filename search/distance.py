"""How far apart two words are."""


def edits(one: str, other: str, *, most: int) -> int:
    """Characters to insert, drop, change or swap with their neighbour to make one word the other.

    More than ``most`` is said as ``most + 1``, without looking further.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        row = [i]
        for j, right in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def allowed(word: str) -> int:
    """How many edits a mistyped word of this length may be away: none for the short ones."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2
