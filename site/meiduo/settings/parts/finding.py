"""Product search: Meilisearch by MEILISEARCH_URL, else the database."""

from meiduo.env import env

SEARCH_ENGINE = (
    "search.engines.meilisearch.MeilisearchEngine"
    if env().meilisearch_url
    else "search.engines.database.DatabaseEngine"
)
MEILISEARCH_URL = env().meilisearch_url
MEILISEARCH_KEY = env().meilisearch_key
MEILISEARCH_INDEX = env().meilisearch_index
#: Seconds the engine may take for one question before browsing goes on without it.
MEILISEARCH_TIMEOUT = 1.0
