"""Meilisearch keeps the contract, and more than the database can."""

import pytest

from search.engines.meilisearch import MeilisearchEngine
from tests.search.contract import EngineContract


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
