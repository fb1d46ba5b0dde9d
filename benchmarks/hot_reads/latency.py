"""How soon a change is seen by every worker, what the first build costs, and what 1,000 scheduled items cost.

    PYTHONPATH=site:. python benchmarks/hot_reads/latency.py [--publishes 15]

Uses the shop that the environment names; everything it changes for measuring is put back.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meiduo.settings.dev")

if __name__ == "__main__":
    django.setup()

    import measuring

    measuring.main()
