"""How much of the byte layer is left when changes drop it again and again: arithmetic, no measuring. See README.md.

    python benchmarks/costs/drops.py --render 25 --database 6.7 --fetch 1.3

A drop makes every kept answer of the region stale. Between two drops each product is rendered once for all, when
somebody first asks for it, and read out of Redis once by each process. Products are asked for as popularity has it
(Zipf), visitors come at random.
"""

import argparse


def popularity(count: int) -> list[float]:
    """Each product's share of all reads."""
    weights = [1 / rank for rank in range(1, count + 1)]
    whole = sum(weights)
    return [weight / whole for weight in weights]


def first_reads(reads: float, shares: list[float], life: float) -> float:
    """How many reads a second are the first of their product since the last drop, ``life`` seconds apart."""
    return sum(1 / (life + 1 / (reads * share)) for share in shares)


def main() -> None:
    """A line for each load and each rate of drops."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--skus", type=int, default=10_000)
    parser.add_argument("--render", type=float, required=True, help="web ms of rendering one product page")
    parser.add_argument("--database", type=float, required=True, help="PostgreSQL ms of rendering one")
    parser.add_argument("--fetch", type=float, required=True, help="web ms of one page out of Redis")
    parser.add_argument("--processes", type=int, nargs="+", default=[2, 4, 16, 64], help="web processes at each load")
    parser.add_argument("--scarce", type=float, nargs="+", default=[0.01, 0.05], help="share of lines that drop")
    given = parser.parse_args()
    shares = popularity(given.skus)
    print("| times | product pages/s | lines that drop | drops/s | rendered/s | web processors | PostgreSQL |")
    print("|---" * 7 + "|")
    for times, processes in zip((1, 10, 100, 1000), given.processes, strict=True):
        reads, orders = 8.0 * times, 0.1 * times
        for scarce in given.scarce:
            drops = orders * 2 * scarce
            # Nothing is kept for more than an hour; versions are looked up twice a second.
            life = min(3600.0, 1 / drops)
            rendered = first_reads(reads, shares, life)
            fetched = processes * first_reads(reads / processes, shares, max(life, 0.5))
            busy = (rendered * given.render + fetched * given.fetch) / 1000
            database = rendered * given.database / 1000
            line = (
                f"| {times} | {reads:,.0f} | {scarce:.0%} | {drops:g} | {rendered:,.0f} | {busy:.1f} | {database:.1f} |"
            )
            print(line)


if __name__ == "__main__":
    main()
