"""Every environment variable the mall reads, typed, with its meaning and default; read once.

An empty environment is a complete one: everything runs embedded. One variable each moves a part
to its real engine. Values are validated here and nowhere else.
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]

Csv = Annotated[list[str], NoDecode]


class Env(BaseSettings):
    """The mall's environment. Field names are the variables' names in lower case."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore", env_ignore_empty=True)

    # -- the web process
    debug: bool = Field(False, description="Django's debug pages; development only, refused in production.")
    secret_key: str = Field("", description="Signs sessions and cookies. Required in production.")
    jwt_secret_key: str = Field(
        "", description="Signs API tokens; another key than SECRET_KEY. Required in production."
    )
    allowed_hosts: Csv = Field([], description="Host names served, separated by commas. Required in production.")
    public_url: str = Field(
        "http://127.0.0.1:8000", description="Where buyers reach the shop; absolute links start with it."
    )
    cors_origins: Csv = Field([], description="Origins whose browsers may call the API with credentials.")
    csrf_trusted_origins: Csv = Field([], description="Origins trusted by the admin's forms behind a TLS proxy.")
    trusted_proxies: int = Field(
        0, ge=0, le=8, description="How many proxies of ours append to X-Forwarded-For; 0 ignores the header."
    )
    var_dir: Path = Field(ROOT / "var", description="Where the embedded size keeps its files.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    # -- engines: one variable each, empty means embedded
    database_url: str = Field("", description="postgres://user:password@host:5432/name; empty: SQLite in VAR_DIR.")
    redis_url: str = Field("", description="redis://host:6379/0 for cache and limits; empty: a table in the database.")
    huey_redis_url: str = Field(
        "", description="The Redis of the task queue (AOF, noeviction); empty: REDIS_URL with the next database."
    )
    meilisearch_url: str = Field("", description="http://host:7700; empty: search in the database.")
    meilisearch_key: str = Field("", description="An admin key of Meilisearch; it never leaves the server.")
    meilisearch_index: str = Field("skus", description="Name of the search index, so that shops can share a server.")
    email_url: str = Field(
        "", description="smtp+tls://user:password@host:587; empty: messages are written to VAR_DIR/outbox."
    )
    default_from_email: str = Field("美多商城 <noreply@meiduo.example>", description="Sender of the mall's mails.")

    # -- files
    media_url_s3: str = Field(
        "", description="s3://key:secret@host/bucket?region=…&secure=1; empty: files in VAR_DIR/media."
    )
    media_public_url: str = Field("", description="Base address of public files when a CDN stands before the store.")

    # -- processes
    web_workers: int = Field(2, ge=1, description="Web processes that granian starts.")
    web_threads: int = Field(4, ge=1, description="Threads that run views in each web process.")
    huey_workers: int = Field(4, ge=1, description="Worker threads of the Huey consumer.")

    @field_validator("allowed_hosts", "cors_origins", "csrf_trusted_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("public_url", "media_public_url", "meilisearch_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def engines(self) -> dict[str, Literal["embedded", "real"]]:
        """Which of the parts run on their real engine."""
        parts = {
            "database": self.database_url,
            "cache": self.redis_url,
            "tasks": self.redis_url or self.huey_redis_url,
            "search": self.meilisearch_url,
            "mail": self.email_url,
            "files": self.media_url_s3,
        }
        return {name: "real" if url else "embedded" for name, url in parts.items()}


@lru_cache(maxsize=1)
def env() -> Env:
    """The environment as it was when first asked."""
    return Env()  # type: ignore[call-arg]  # the pydantic mypy plugin is not used; every field has a default
