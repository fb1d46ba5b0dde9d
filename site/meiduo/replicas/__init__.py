"""Reads from PostgreSQL's streaming replicas: which requests may, which replica is fresh enough, and who must not.

``routes`` is the table of answers that may be a little old, ``middleware`` opens a ``scope`` for each request,
``router`` asks it for every query, ``watch`` knows how far each replica is, ``visitors`` who wrote how far.
Without DATABASE_REPLICA_URLS nothing of it is installed. See docs/replicas.md.
"""

#: Where everything is written, and read whenever in doubt.
PRIMARY = "default"
