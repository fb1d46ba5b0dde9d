"""Sums and figures as Prometheus reads them: its text format, version 0.0.4."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kernel.metrics import SECONDS, STATEMENTS, Series
from meiduo.watching.figures import Figure

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

#: What processes count, what it says, and for histograms the ends of their buckets.
COUNTERS = {
    "mall_http_requests_total": "Requests that Django answered, by route, method and status",
    "mall_byte_layer_total": "Public answers out of memory (hits, some not_modified), and by Django (misses)",
    "mall_notices_unverified_total": "Payment notices that were refused: forged, of no trade of ours, or another sum",
    "mall_replica_requests_total": "Requests whose reads may be old, by the database that they were read from",
    "mall_task_runs_total": "Runs of tasks by how they ended",
    "mall_task_retries_total": "Tries after a failure",
    "mall_task_dead_total": "Tasks that failed for good",
    "mall_task_lost_total": "Tasks whose process died with them",
    "mall_sweep_runs_total": "Runs of periodic jobs by how they ended",
}
HISTOGRAMS = {
    "mall_http_request_seconds": ("Time that Django took to answer", SECONDS),
    "mall_http_statements": ("SQL statements of one request", STATEMENTS),
    "mall_task_seconds": ("Time that tasks took", SECONDS),
    "mall_sweep_seconds": ("Time that periodic jobs took", SECONDS),
}
_METERS = "hot_reads."

Pairs = tuple[tuple[str, str], ...]


def text(sums: Mapping[Series, float], figures: Iterable[Figure]) -> str:
    """The whole page. A name that is not of the tables above is not told: it has no meaning to a reader."""
    return "\n".join([*_counters(sums), *_histograms(sums), *_gauges(figures), ""])


def _counters(sums: Mapping[Series, float]) -> Iterator[str]:
    by_name: dict[str, list[tuple[Pairs, float]]] = defaultdict(list)
    for (name, pairs, _end), value in sums.items():
        if name == "meter":
            meter = pairs[0][1]
            if meter.startswith(_METERS):
                by_name["mall_byte_layer_total"].append(((("result", meter.removeprefix(_METERS)),), value))
        elif name in COUNTERS:
            by_name[name].append((pairs, value))
    for name in sorted(by_name):
        yield from _head(name, "counter", COUNTERS[name])
        for pairs, value in sorted(by_name[name]):
            yield _line(name, pairs, value)


def _histograms(sums: Mapping[Series, float]) -> Iterator[str]:
    for name, (meaning, ends) in HISTOGRAMS.items():
        buckets: dict[Pairs, dict[str, float]] = defaultdict(dict)
        for (one, pairs, end), value in sums.items():
            if one == name:
                buckets[pairs][end] = value
        if not buckets:
            continue
        yield from _head(name, "histogram", meaning)
        for pairs in sorted(buckets):
            so_far = 0.0
            for end in [*map(str, ends), "+Inf"]:
                so_far += buckets[pairs].get(end, 0)
                yield _line(f"{name}_bucket", (*pairs, ("le", end)), so_far)
            yield _line(f"{name}_sum", pairs, sums.get((f"{name}_sum", pairs, ""), 0))
            yield _line(f"{name}_count", pairs, so_far)


def _gauges(figures: Iterable[Figure]) -> Iterator[str]:
    by_name: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_name[figure.name].append(figure)
    for name in sorted(by_name):
        yield from _head(name, "gauge", by_name[name][0].meaning)
        for figure in by_name[name]:
            yield _line(name, figure.labels, figure.value)


def _head(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"


def _line(name: str, pairs: Pairs, value: float) -> str:
    labels = ",".join(f'{key}="{_escaped(said)}"' for key, said in pairs)
    number = str(int(value)) if float(value).is_integer() else repr(float(value))
    return f"{name}{{{labels}}} {number}" if labels else f"{name} {number}"


def _escaped(said: str) -> str:
    return said.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
