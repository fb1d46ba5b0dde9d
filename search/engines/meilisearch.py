"""Search by Meilisearch. Every call has a time limit, every write a task whose end is followed."""

import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import requests
from django.conf import settings
from meilisearch import Client
from meilisearch.errors import (
    MeilisearchApiError,
    MeilisearchCommunicationError,
    MeilisearchError,
    MeilisearchTimeoutError,
)

from kernel import clock
from search import languages, synonyms, versions
from search.engine import Answer, Document, Question, Receipt, Status, TaskOutcome
from search.engines.meilisearch_questions import ask
from search.engines.meilisearch_settings import PRIMARY_KEY, VERSION, as_stored, digest, index_settings, locale
from search.engines.meilisearch_wire import index_state
from search.errors import EngineDown, EngineRefused

#: Seconds that making or swapping an index may take; a rebuild waits, nobody else does.
PATIENCE = 600
_BATCH = 1000


@contextmanager
def translated() -> Iterator[None]:
    """Whatever the client raises becomes EngineDown or EngineRefused."""
    try:
        yield
    except (MeilisearchTimeoutError, MeilisearchCommunicationError, requests.RequestException) as error:
        raise EngineDown from error
    except MeilisearchApiError as error:
        if error.status_code >= 500:
            raise EngineDown from error
        raise EngineRefused(str(error)) from error
    except MeilisearchError as error:
        raise EngineRefused(str(error)) from error


class MeilisearchEngine:
    """The index of one language, named after MEILISEARCH_INDEX, on the server of MEILISEARCH_URL."""

    name = "meilisearch"
    one_language = True

    def __init__(self, *, url: str | None = None, key: str | None = None, language: str = "") -> None:
        self.url = url or settings.MEILISEARCH_URL
        self.key = key or settings.MEILISEARCH_KEY
        self.language = languages.chosen(language)
        self.index = f"{settings.MEILISEARCH_INDEX}-{self.language}"

    def _settings(self) -> dict[str, Any]:
        return index_settings(synonyms.table(), self.language)

    def _client(self) -> Client:
        return Client(self.url, self.key or None, timeout=int(settings.MEILISEARCH_WRITE_TIMEOUT))

    def ask(self, question: Question) -> Answer:
        with translated():
            return ask(question, url=self.url, key=self.key, index=self.index, spoken=locale(self.language))

    def state(self) -> Hashable:
        with translated():
            return index_state(url=self.url, key=self.key, index=self.index)

    def write(self, documents: Sequence[Document], *, index: str = "") -> Receipt | None:
        if not documents:
            return None
        stored = [as_stored(document, self.language) for document in documents]
        with translated():
            client = self._client()
            if not index:
                self._ensure(client)
            task = client.index(index or self.index).add_documents(stored, primary_key=PRIMARY_KEY)
        return Receipt(task.task_uid, index or self.index)

    def delete(self, sku_ids: Sequence[int], *, index: str = "") -> Receipt | None:
        if not sku_ids:
            return None
        with translated():
            client = self._client()
            if not index:
                self._ensure(client)
            listed = ", ".join(str(int(sku_id)) for sku_id in sku_ids)
            task = client.index(index or self.index).delete_documents(filter=f"{PRIMARY_KEY} IN [{listed}]")
        return Receipt(task.task_uid, index or self.index)

    def outcomes(self, receipts: Sequence[Receipt]) -> Sequence[TaskOutcome]:
        tasks: dict[int, Any] = {}
        numbers = sorted({receipt.task for receipt in receipts})
        for start in range(0, len(numbers), _BATCH):
            asked = [str(number) for number in numbers[start : start + _BATCH]]
            with translated():
                found = self._client().get_tasks({"uids": asked, "limit": str(len(asked))}).results
            tasks |= {task.uid: task for task in found}
        return [_outcome(tasks.get(receipt.task)) for receipt in receipts]

    def sku_ids(self) -> Iterator[Sequence[int]]:
        offset = 0
        while True:
            with translated():
                if not self._exists(self._client(), self.index):
                    return
                page = (
                    self._client()
                    .index(self.index)
                    .get_documents({"fields": [PRIMARY_KEY], "limit": _BATCH, "offset": offset})
                )
            if not page.results:
                return
            yield [int(document.sku_id) for document in page.results]
            offset += _BATCH

    def begin(self) -> str:
        with translated():
            client = self._client()
            for left in self._leftovers(client):
                client.delete_index(left)
            return self._begun(client)

    def _begun(self, client: Client) -> str:
        name = f"{self.index}-build-{int(clock.now().timestamp() * 1000)}"
        client.create_index(name, {"primaryKey": PRIMARY_KEY})
        self._wait(client, client.index(name).update_settings(self._settings()).task_uid)
        return name

    def count(self, *, index: str = "") -> int:
        with translated():
            client = self._client()
            if not self._exists(client, index or self.index):
                return 0
            return int(client.index(index or self.index).get_stats().number_of_documents)

    def swap(self, index: str) -> None:
        with translated():
            client = self._client()
            self._ensure(client)
            self._wait(client, client.swap_indexes([{"indexes": [self.index, index]}]).task_uid)
            self._note()
            client.delete_index(index)

    def _note(self) -> None:
        versions.note(self.index, version=VERSION, digest=digest(self.language))

    def discard(self, index: str) -> None:
        with translated():
            self._wait(self._client(), self._client().delete_index(index).task_uid)

    def status(self) -> Status:
        with translated():
            client = self._client()
            version = str(client.get_version()["pkgVersion"])
            if not self._exists(client, self.index):
                return Status(self.name, version, 0, ("index",))
            documents = self.count()
            lacks = versions.outdated(self.index, version=VERSION, digest=digest(self.language), documents=documents)
            return Status(self.name, version, documents, self._drift(client), lacks)

    def mend(self) -> Sequence[str]:
        with translated():
            client = self._client()
            self._ensure(client)
            drift = self._drift(client)
            if drift:
                wanted = self._settings()
                task = client.index(self.index).update_settings({name: wanted[name] for name in drift})
                self._wait(client, task.task_uid)
        return drift

    def prune(self) -> None:
        """Forget tasks that ended more than a day ago; the server's store of them is finite."""
        before = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(clock.now().timestamp() - 86_400))
        with translated():
            self._client().delete_tasks({"statuses": "succeeded,failed,canceled", "beforeFinishedAt": before})

    def token(self, *, until: datetime) -> str:
        """A token that searches this index until then, what is on sale now and nothing else.

        It is signed with a key that can only search; the key of this server signs and leaves nothing.
        """
        at = int(clock.now().timestamp())
        rules = {self.index: {"filter": f"on_sale_at <= {at} AND off_sale_at > {at}"}}
        with translated():
            client = self._client()
            key = self._search_key(client)
            return str(client.generate_tenant_token(key.uid, rules, expires_at=until, api_key=key.key))

    def _search_key(self, client: Client) -> Any:
        name = f"mall {self.index} search"
        found = [key for key in client.get_keys({"limit": 1000}).results if key.name == name]
        if found:
            return found[0]
        return client.create_key(
            {
                "name": name,
                "description": "Signs the tokens of browsers. Delete it to end them all.",
                "actions": ["search"],
                "indexes": [self.index],
                "expiresAt": None,
            }
        )

    def _drift(self, client: Client) -> tuple[str, ...]:
        found = client.index(self.index).get_settings()
        wanted = self._settings()
        # These come back in an order of the server's; of the synonyms an extra one is a difference, too.
        for unordered in ("filterableAttributes", "sortableAttributes", "stopWords"):
            wanted[unordered], found[unordered] = sorted(wanted[unordered]), sorted(found[unordered])
        for rules in (wanted["typoTolerance"], found["typoTolerance"]):
            rules["disableOnAttributes"] = sorted(rules["disableOnAttributes"])
        extra = set(found["synonyms"]) - set(wanted["synonyms"])
        differing = [name for name, value in wanted.items() if _differs(value, found.get(name))]
        return tuple(dict.fromkeys([*differing, *(["synonyms"] if extra else [])]))

    def _leftovers(self, client: Client) -> list[str]:
        known = client.get_raw_indexes({"limit": 1000})
        rows = known["results"] if isinstance(known, dict) else known
        return [row["uid"] for row in rows if str(row["uid"]).startswith(f"{self.index}-build-")]

    def _exists(self, client: Client, index: str) -> bool:
        try:
            client.get_raw_index(index)
        except MeilisearchApiError as error:
            if error.code == "index_not_found":
                return False
            raise
        return True

    def _ensure(self, client: Client) -> None:
        """The answering index is there, with its settings from its first moment: it would refuse questions without."""
        if self._exists(client, self.index):
            return
        name = self._begun(client)
        try:
            self._wait(client, client.swap_indexes([{"indexes": [name, self.index], "rename": True}]).task_uid)
        except EngineRefused:
            client.delete_index(name)
            if not self._exists(client, self.index):
                raise
            # Another process was first.
        self._note()

    def _wait(self, client: Client, task_uid: int) -> None:
        end = time.monotonic() + PATIENCE
        pause = 0.02
        while True:
            task = client.get_task(task_uid)
            if task.status == "succeeded":
                return
            if task.status in {"failed", "canceled"}:
                raise EngineRefused(str((task.error or {}).get("message", task.status)))
            if time.monotonic() > end:
                raise EngineDown
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)


def _outcome(task: Any) -> TaskOutcome:
    if task is None:
        # A server that was wiped does not know its old tasks: what they wrote is gone with them.
        return TaskOutcome("failed", "task unknown")
    if task.status == "succeeded":
        return TaskOutcome("done")
    if task.status in {"failed", "canceled"}:
        return TaskOutcome("failed", str((task.error or {}).get("message", task.status)))
    return TaskOutcome("waiting")


def _differs(wanted: Any, found: Any) -> bool:
    """Whether the server's setting is another one; what only it knows of (its defaults) does not count."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return any(_differs(value, found.get(name)) for name, value in wanted.items())
    return bool(wanted != found)
