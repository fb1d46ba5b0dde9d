"""Making the products findable at once, instead of when a worker has come to them."""

from django.utils.translation import gettext as _

from kernel.errors import DomainError
from meiduo.demo.loading.progress import Report
from search.engine import every_engine
from search.errors import EngineRefused
from search.indexer import upsert, write_to
from search.models import Rebuild
from search.rebuilding import rebuild
from shop.catalog.models import Sku


def build_index(report: Report) -> None:
    """The search index holds every product, unless one was built before; then the tasks keep it in step.

    The SKUs keep their marks: whoever loads with one engine and starts with another has the sweep fill that one.
    An engine that does not answer now is left to the sweep, too.
    """
    if Rebuild.objects.filter(state=Rebuild.State.DONE).exists():
        return
    with report.step(_("搜索索引"), Sku.objects.count()) as advance:
        done = 0

        def told(so_far: int, total: int) -> None:
            nonlocal done
            advance(so_far - done)
            done = so_far

        try:
            rebuild(engines=every_engine(), write_to=write_to, upsert=upsert, progress=told)
        except (DomainError, EngineRefused) as trouble:
            report.say(_("搜索引擎暂不可用，将由后台任务建立索引：%(trouble)s") % {"trouble": trouble})
