"""Whether one version does better than the other, or whether chance explains it: a test of two proportions."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

#: Below these nothing is said: the normal approximation needs them.
LEAST_VISITORS = 100
LEAST_EACH = 5
#: From here on a difference counts as real.
CONFIDENT = 0.95


@dataclass(frozen=True, slots=True)
class Seen:
    """How many saw a version, and how many of them clicked."""

    visitors: int
    clickers: int

    @property
    def rate(self) -> float:
        """The part that clicked."""
        return self.clickers / self.visitors if self.visitors else 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said of two versions. ``confidence`` is None while there are too few visitors."""

    confidence: float | None
    better: str
    words: str


def compare(a: Seen, b: Seen) -> Verdict:
    """Version b against version a, by the two-sided z-test of two proportions with a pooled rate.

    ``confidence`` is one minus the probability that versions which are equally good differ at least this much. Who
    looks every day and stops at the first good number fools himself: decide beforehand how long a test runs.
    """
    if min(a.visitors, b.visitors) < LEAST_VISITORS or not _enough_of_both(a, b):
        return Verdict(
            None,
            "",
            _("样本不足：每个版本至少需要 %(visitors)d 位访客，其中点击和未点击各不少于 %(each)d 位")
            % {"visitors": LEAST_VISITORS, "each": LEAST_EACH},
        )
    confidence = 1 - p_value(a, b)
    better = "a" if a.rate > b.rate else "b" if b.rate > a.rate else ""
    told = {"better": better.upper(), "confidence": f"{min(confidence, 0.9999):.2%}"}
    if better and confidence >= CONFIDENT:
        return Verdict(confidence, better, _("版本 %(better)s 点击率更高，置信度 %(confidence)s") % told)
    return Verdict(confidence, "", _("差异可能只是偶然（置信度 %(confidence)s，低于 95%%），请继续观察") % told)


def _enough_of_both(a: Seen, b: Seen) -> bool:
    return all(min(one.clickers, one.visitors - one.clickers) >= LEAST_EACH for one in (a, b))


def p_value(a: Seen, b: Seen) -> float:
    """The probability that chance alone makes a difference of this size or more."""
    pooled = (a.clickers + b.clickers) / (a.visitors + b.visitors)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / a.visitors + 1 / b.visitors))
    if spread == 0:
        return 1.0
    return math.erfc(abs(a.rate - b.rate) / spread / math.sqrt(2))
