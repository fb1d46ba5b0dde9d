"""Search in the database: the embedded engine, and the one that answers while Meilisearch does not."""

from collections.abc import Hashable, Iterator, Sequence
from datetime import UTC, datetime

from django.db import connection

from kernel import clock
from search import versions
from search.engine import Answer, Document, Question, Receipt, Status, TaskOutcome
from search.engines.database_questions import ask
from search.engines.database_tokens import of_document
from search.models import SearchDocument
from shop.catalog.models import Sku

_BATCH = 1000
#: Counts up with every change of ``database_tokens`` that rows written before do not have.
VERSION = 2


class DatabaseEngine:
    """The table of SearchDocument beside the rows of the catalog."""

    name = "database"
    one_language = False

    def ask(self, question: Question) -> Answer:
        return ask(question)

    def state(self) -> Hashable:
        # Edits tell nobody here; a second is how long they may go unseen.
        return int(clock.now().timestamp())

    def write(self, documents: Sequence[Document], *, index: str = "") -> Receipt | None:
        if not versions.is_noted(self.name) and not SearchDocument.objects.exists():
            self._note()
        now = clock.now()
        rows = []
        for document in documents:
            tokens = of_document(document)
            rows.append(
                SearchDocument(
                    sku_id=document.sku_id,
                    name_tokens=tokens.name,
                    head_tokens=tokens.head,
                    tokens=tokens.everything,
                    written_at=now,
                )
            )
        # A SKU deleted since it was read would break the batch; its row goes with it anyway.
        alive = set(Sku.objects.filter(pk__in=[row.sku_id for row in rows]).values_list("pk", flat=True))
        SearchDocument.objects.bulk_create(
            [row for row in rows if row.sku_id in alive],
            update_conflicts=True,
            unique_fields=["sku"],
            update_fields=["name_tokens", "head_tokens", "tokens", "written_at"],
            batch_size=1000,
        )
        return None

    def delete(self, sku_ids: Sequence[int], *, index: str = "") -> Receipt | None:
        SearchDocument.objects.filter(pk__in=list(sku_ids)).delete()
        return None

    def outcomes(self, receipts: Sequence[Receipt]) -> Sequence[TaskOutcome]:
        return [TaskOutcome("done") for _receipt in receipts]

    def sku_ids(self) -> Iterator[Sequence[int]]:
        last = 0
        while batch := list(
            SearchDocument.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]
        ):
            yield batch
            last = batch[-1]

    def begin(self) -> str:
        # Rows are replaced where they stand, so there is no moment without them; the name says since when.
        return str(clock.now().timestamp())

    def count(self, *, index: str = "") -> int:
        rows = SearchDocument.objects.all()
        return (rows.filter(written_at__gte=_since(index)) if index else rows).count()

    def swap(self, index: str) -> None:
        SearchDocument.objects.filter(written_at__lt=_since(index)).delete()
        self._note()

    def _note(self) -> None:
        versions.note(self.name, version=VERSION, digest="")

    def discard(self, index: str) -> None:
        """Rows already replaced are as good as new ones; nothing to take back."""

    def status(self) -> Status:
        documents = self.count()
        lacks = versions.outdated(self.name, version=VERSION, digest="", documents=documents)
        return Status(self.name, connection.vendor, documents, outdated=lacks)

    def mend(self) -> Sequence[str]:
        return ()


def _since(index: str) -> datetime:
    return datetime.fromtimestamp(float(index), UTC)
