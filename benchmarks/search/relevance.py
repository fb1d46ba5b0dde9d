"""How well each engine ranks: ``python -m benchmarks.search.relevance`` (docs/search.md).

Fills an empty catalog, or goes on with one that it filled: give it a VAR_DIR or DATABASE_URL of its own, and
MEILISEARCH_URL for the second engine.
"""

# ruff: noqa: E402 - Django is set up before its models are imported

import math
import os
import sys
import time
from collections import defaultdict

sys.path.insert(0, "site")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meiduo.settings.dev")

import django

django.setup()

from django.core.management import call_command

from benchmarks.search.generated import Product, fill
from benchmarks.search.graded import Graded, questions
from kernel import clock
from search.engine import Question, SearchEngine, engine, fallback
from search.text import canonical
from shop.catalog.models import Sku

SIZE = int(os.environ.get("SKUS", "20000"))


def gain(grades: list[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def judge(one: Graded, engine_: SearchEngine, products: dict[int, Product]) -> dict[str, float]:
    answer = engine_.ask(Question(at=clock.now(), text=canonical(one.text), limit=50))
    hits = [products[hit.spu_id] for hit in answer.hits]
    grades = [one.grade(hit) for hit in hits]
    ideal = sorted((grade for product in products.values() if (grade := one.grade(product))), reverse=True)
    if one.trap:
        return {"false": sum(hit.kind.leaf == one.trap for hit in hits[:10])}
    relevant = sum(grade >= 3 for grade in ideal)
    return {
        "ndcg": gain(grades[:10]) / gain(ideal[:10]) if ideal else 1.0,
        "recall": sum(grade >= 3 for grade in grades) / min(50, relevant) if relevant else 1.0,
        "zero": float(not hits),
    }


def main() -> None:
    call_command("migrate", verbosity=0)
    listed = fill(SIZE)
    products = {one.spu_id: one for one in listed}
    began = time.perf_counter()
    call_command("search_rebuild")
    print(f"{Sku.objects.count()} SKUs, {len(products)} products, rebuilt in {time.perf_counter() - began:.1f} s")
    asked = questions(listed)
    for one in dict.fromkeys([engine(), fallback()]):
        report(one, asked, products)


def report(one: SearchEngine, asked: list[Graded], products: dict[int, Product]) -> None:
    groups: dict[str, list[dict[str, float]]] = defaultdict(list)
    for question in asked:
        verdict = judge(question, one, products)
        groups[question.group].append(verdict)
        if "-v" in sys.argv and (verdict.get("ndcg", 1) < 0.8 or verdict.get("false")):
            print("  weak:", question.group, question.text, {k: round(v, 2) for k, v in verdict.items()})
    print(f"\n{one.name}: {len(asked)} queries")
    print(f"{'group':14}{'queries':>8}{'nDCG@10':>10}{'recall@50':>11}{'zero':>7}{'false':>7}")
    ranked = [verdict for verdicts in groups.values() for verdict in verdicts if "ndcg" in verdict]
    for name, verdicts in [*groups.items(), ("all", ranked)]:
        if "false" in verdicts[0]:
            print(f"{name:14}{len(verdicts):>8}{'':>28}{sum(v['false'] for v in verdicts):>7.0f}")
            continue
        mean = {key: sum(v[key] for v in verdicts) / len(verdicts) for key in ("ndcg", "recall", "zero")}
        print(f"{name:14}{len(verdicts):>8}{mean['ndcg']:>10.3f}{mean['recall']:>11.3f}{mean['zero']:>7.2f}")


if __name__ == "__main__":
    main()
