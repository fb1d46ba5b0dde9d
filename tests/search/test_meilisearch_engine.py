"""Meilisearch keeps the contract, and more than the database can."""

import pytest

from search.engines.meilisearch import MeilisearchEngine
from tests.search.contract import EngineContract
from tests.search.waiting import until


class TestMeilisearchEngine(EngineContract):
    @pytest.fixture
    def engine(self, meilisearch: MeilisearchEngine) -> MeilisearchEngine:
        return meilisearch

    @pytest.mark.parametrize("text", ["iphnoe", "ipone", "ihpone 16"])
    def test_a_mistyped_latin_word_finds_its_product(self, shelf, goods, text):
        assert shelf.names(text) == ["Apple iPhone 16 Pro"]

    @pytest.mark.parametrize("text", ["shouju", "dianfanbap"])
    def test_a_mistyped_reading_is_another_word_and_finds_nothing(self, shelf, goods, text):
        assert shelf.names(text) == []

    def test_its_state_changes_with_each_write_and_not_by_itself(self, shelf, goods, engine):
        before = engine.state()
        assert engine.state() == before

        shelf.index(goods[0])

        assert engine.state() != before

    def test_drift_of_settings_is_found_and_mended(self, shelf, goods, engine):
        task = (
            engine._client()
            .index(engine.index)
            .update_settings({"rankingRules": ["words"], "synonyms": {"甲": ["乙"]}})
        )
        engine._wait(engine._client(), task.task_uid)

        assert set(engine.status().drift) == {"rankingRules", "synonyms"}
        assert set(engine.mend()) == {"rankingRules", "synonyms"}
        assert list(engine.status().drift) == []

    def test_a_new_index_has_its_settings_from_its_first_moment(self, engine, monkeypatch):
        client, seen = engine._client(), []
        if engine._exists(client, engine.index):
            engine.discard(engine.index)
        real = engine._wait

        def watched(client, task_uid):
            real(client, task_uid)
            seen.append(engine._drift(client) if engine._exists(client, engine.index) else None)

        monkeypatch.setattr(engine, "_wait", watched)
        engine._ensure(client)

        assert seen == [None, ()], "made elsewhere, then there at once"
        assert engine._leftovers(client) == []

    def test_of_two_processes_that_make_the_index_the_second_leaves_the_first_ones(
        self, shelf, goods, engine, monkeypatch
    ):
        shelf.index(*goods)
        client, real = engine._client(), engine._exists
        answers = [False]
        monkeypatch.setattr(engine, "_exists", lambda *asked: answers.pop() if answers else real(*asked))

        engine._ensure(client)

        assert engine.count() == len(goods)
        until(lambda: engine._leftovers(client) == [])
