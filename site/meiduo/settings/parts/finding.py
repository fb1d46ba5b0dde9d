"""Product search: Meilisearch by MEILISEARCH_URL, else the database."""

from meiduo.env import env

SEARCH_ENGINE = (
    "search.engines.meilisearch.MeilisearchEngine"
    if env().meilisearch_url
    else "search.engines.database.DatabaseEngine"
)
#: Answers while the engine above does not.
SEARCH_FALLBACK = "search.engines.database.DatabaseEngine"
MEILISEARCH_URL = env().meilisearch_url
MEILISEARCH_KEY = env().meilisearch_key
MEILISEARCH_INDEX = env().meilisearch_index
#: Languages with an index of their own, ``<MEILISEARCH_INDEX>-<language>``; the first answers for all others.
SEARCH_LANGUAGES = ["zh-hans"]
#: Seconds the engine may take for one question. What is left of a second is the fallback's.
MEILISEARCH_TIMEOUT = 0.6
#: Seconds it may take to accept a write. No buyer waits for one.
MEILISEARCH_WRITE_TIMEOUT = 30
#: Seconds for which an engine that failed is left alone, doubled with each failure in a row up to the second number.
SEARCH_BREAK_SECONDS = (5.0, 60.0)
#: Seconds for which this process remembers what the engine answered, and whole answers, as long as the index does not
#: change, which it looks at every half second.
SEARCH_KEEP_SECONDS = 10.0
#: Seconds for which it remembers what staff pinned and hid.
SEARCH_PLACED_SECONDS = 1.0
#: Seconds for which it remembers how many products fit and what each filter would leave; and the longest, while the
#: index does not change.
SEARCH_COUNTS_SECONDS = 10.0
SEARCH_COUNTS_LONGEST = 60.0
#: Seconds for which it remembers the names of categories and brands, suggestions and hot words.
SEARCH_WORDS_SECONDS = 30.0
#: Days for which it is known how often a text was searched.
SEARCH_LOG_DAYS = 90
#: One search in so many is counted; the counts are multiplied back.
SEARCH_LOG_SAMPLE = 1
#: Seconds that counts of searches wait in a process, which writes the rest when it ends; 0: until there are many.
SEARCH_LOG_SECONDS = 10.0
#: Results that one address may say to have opened in a minute; more are not counted, and nobody is told.
SEARCH_CLICKS_PER_MINUTE = 60
#: What the back office asks about search and has it do.
SEARCH_DESK = "search.desk"
#: Where browsers reach the engine themselves; empty: they do not.
MEILISEARCH_PUBLIC_URL = env().meilisearch_public_url
#: Seconds for which a browser's token lets it search.
SEARCH_TOKEN_SECONDS = 900
