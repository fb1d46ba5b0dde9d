"""Every environment variable the mall reads, typed, with its meaning and default; read once.

An empty environment is a complete one: everything runs embedded. One variable each moves a part
to its real engine. Values are validated here and nowhere else.
"""

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from kernel.redis_address import Kind, address_of

ROOT = Path(__file__).resolve().parents[2]

Csv = Annotated[list[str], NoDecode]


class Env(BaseSettings):
    """The mall's environment. Field names are the variables' names in lower case."""

    # What is refused is named, not shown: addresses carry passwords.
    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

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
    log_format: Literal["line", "json"] = Field("line", description="How logs are written: a line, or one JSON object.")
    metrics_token: str = Field("", description="Whoever sends it as a bearer token may read /metrics; empty: nobody.")
    sentry_dsn: str = Field("", description="Where errors are sent, if sentry-sdk is installed; empty: nowhere.")

    # -- engines: one variable each, empty means embedded
    database_url: str = Field("", description="postgres://user:password@host:5432/name; empty: SQLite in VAR_DIR.")
    database_replica_urls: Csv = Field(
        [], description="Streaming replicas of DATABASE_URL that some reads go to, separated by commas."
    )
    replica_max_lag: float = Field(
        5, ge=2, le=600, description="Seconds behind the primary from which a replica is read no more."
    )
    replica_pin: int = Field(
        120, ge=60, le=86_400, description="Seconds after a write in which a browser is known as its writer."
    )
    redis_url: str = Field(
        "",
        description="redis://host:6379/0 for cache and limits, or sentinel://s1:26379,s2:26379/mymaster/0, "
        "or cluster://h1:7000,h2:7001; empty: a table in the database.",
    )
    huey_redis_url: str = Field(
        "",
        description="The Redis of the task queue (AOF, noeviction), redis:// or sentinel://; "
        "empty: REDIS_URL with the next database.",
    )
    meilisearch_url: str = Field("", description="http://host:7700; empty: search in the database.")
    meilisearch_key: str = Field("", description="An admin key of Meilisearch; it never leaves the server.")
    meilisearch_index: str = Field("skus", description="Name of the search index, so that shops can share a server.")
    meilisearch_public_url: str = Field(
        "", description="Where browsers reach Meilisearch themselves; empty: they do not, and no token is given out."
    )
    email_url: str = Field(
        "", description="smtp+tls://user:password@host:587; empty: messages are written to VAR_DIR/outbox."
    )
    default_from_email: str = Field("美多商城 <noreply@meiduo.example>", description="Sender of the mall's mails.")

    # -- files
    media_url_s3: str = Field(
        "", description="s3://key:secret@host/bucket?region=…&secure=1; empty: files in VAR_DIR/media."
    )
    media_public_url: str = Field("", description="Base address of public files when a CDN stands before the store.")

    # -- messages and accounts
    sms_vendors: str = Field(
        "", description="yuntongxun, yunpian, aliyun: asked in this order; empty: a file in VAR_DIR/outbox."
    )
    sms_captcha: Literal["off", "adaptive", "always"] = Field(
        "adaptive", description="Whether a picture captcha is asked for before a code is sent."
    )
    sms_daily_budget: int = Field(10_000, ge=1, description="Codes that the whole shop sends a day at the most.")
    sms_per_address_hour: int = Field(60, ge=1, description="Codes per client address an hour.")
    sms_per_address_day: int = Field(200, ge=1, description="Codes per client address a day.")
    sms_price: str = Field("0.045", description="Yuan per piece, for vendors that do not say.")
    sms_login_signs_up: bool = Field(False, description="A login by code with an unknown mobile makes an account.")
    yuntongxun_url: str = Field("https://app.cloopen.com:8883", description="容联云通讯's address.")
    yuntongxun_account_sid: str = Field("", description="容联云通讯: ACCOUNT SID.")
    yuntongxun_auth_token: str = Field("", description="容联云通讯: AUTH TOKEN.")
    yuntongxun_app_id: str = Field("", description="容联云通讯: App ID.")
    yuntongxun_templates: str = Field("code=1", description="容联云通讯: our template = its number, by commas.")
    yunpian_url: str = Field("https://sms.yunpian.com", description="云片's address.")
    yunpian_apikey: str = Field("", description="云片: APIKEY.")
    yunpian_sign: str = Field("美多商城", description="云片: the approved sign, without brackets.")
    aliyun_sms_url: str = Field("https://dysmsapi.aliyuncs.com", description="阿里云短信's address.")
    aliyun_sms_access_key_id: str = Field("", description="阿里云短信: AccessKey ID.")
    aliyun_sms_access_key_secret: str = Field("", description="阿里云短信: AccessKey Secret.")
    aliyun_sms_sign_name: str = Field("", description="阿里云短信: the approved sign.")
    aliyun_sms_templates: str = Field("", description="阿里云短信: our template = its code, by commas.")
    messages_kept_days: int = Field(
        180, ge=1, le=3650, description="Days until the row of an SMS or mail that is done with is deleted."
    )
    email_verification_url: str = Field(
        "", description="Page that a verification mail links to, with {token}; empty: the API route itself."
    )

    # -- logins with other platforms
    oauth_fake: bool = Field(
        True, description="A stand-in for QQ with its own consent page while no key is set; refused in production."
    )
    qq_client_id: str = Field("", description="QQ互联: APP ID; empty: no QQ login.")
    qq_client_secret: str = Field("", description="QQ互联: APP Key.")
    qq_redirect_uri: str = Field("", description="Page that QQ sends the browser back to, as registered there.")
    qq_base_url: str = Field("", description="QQ's address, for tests against a stand-in server.")
    weibo_client_id: str = Field("", description="微博: App Key; empty: no Weibo login.")
    weibo_client_secret: str = Field("", description="微博: App Secret.")
    weibo_redirect_uri: str = Field("", description="Page that Weibo sends the browser back to.")
    weibo_base_url: str = Field("", description="Weibo's address, for tests against a stand-in server.")
    wechat_client_id: str = Field("", description="微信开放平台: AppID of the web site; empty: no WeChat login.")
    wechat_client_secret: str = Field("", description="微信开放平台: AppSecret.")
    wechat_redirect_uri: str = Field("", description="Page that WeChat sends the browser back to.")
    wechat_base_url: str = Field("", description="WeChat's API address, for tests against a stand-in server.")

    # -- trade
    order_pay_minutes: int = Field(30, ge=1, le=10_080, description="Minutes until an unpaid order closes itself.")
    mxshop_client_url: str = Field(
        "",
        description="Where the client of the second contract lives, for the way back from Alipay; empty: PUBLIC_URL.",
    )
    order_receipt_days: int = Field(10, ge=1, le=90, description="Days after shipping until receipt confirms itself.")
    after_sale_days: int = Field(15, ge=0, le=365, description="Days after receipt in which buyers may ask for money.")
    after_sale_return_days: int = Field(
        7, ge=1, le=90, description="Days in which goods of an accepted return must be on their way back."
    )
    refund_approval_from: Decimal = Field(
        Decimal("500.00"), ge=0, description="Refunds of an order need a second person from this sum on, in yuan."
    )

    order_notices: Literal["off", "sms", "all"] = Field(
        "all",
        description="What buyers are told of orders paid, sent and refunded: off, sms, or all (SMS and verified mail).",
    )
    review_moderation: bool = Field(False, description="Reviews wait for staff before anybody sees them.")
    tracking: Literal["", "off", "fake", "kuaidi100"] = Field(
        "", description="Who tells where parcels are; empty: Kuaidi100 when it has a key, else the stand-in."
    )
    kuaidi100_url: str = Field("https://poll.kuaidi100.com", description="Kuaidi100's address.")
    kuaidi100_customer: str = Field("", description="Kuaidi100's customer number.")
    kuaidi100_key: str = Field("", description="Kuaidi100's key; with it parcels are tracked.")

    # -- payments
    alipay_app_id: str = Field("", description="支付宝: APPID; empty: the stand-in gateway, or none in production.")
    alipay_seller_id: str = Field("", description="支付宝: the merchant's PID (2088…); notices must name it.")
    alipay_private_key: str = Field("", description="支付宝: the app's private key, as PEM, base64, or a file's path.")
    alipay_public_key: str = Field(
        "", description="支付宝: Alipay's public key (not the app's own), as PEM, base64, or a file's path."
    )
    alipay_app_certificate: str = Field(
        "", description="支付宝, certificate mode: appCertPublicKey.crt, as PEM or a path; replaces ALIPAY_PUBLIC_KEY."
    )
    alipay_certificate: str = Field("", description="支付宝, certificate mode: alipayCertPublicKey_RSA2.crt.")
    alipay_root_certificate: str = Field("", description="支付宝, certificate mode: alipayRootCert.crt.")
    alipay_sandbox: bool = Field(False, description="支付宝: its sandbox instead of the real gateway.")
    alipay_gateway_url: str = Field("", description="支付宝: another gateway address, through a proxy of one's own.")
    alipay_return_url: str = Field(
        "", description="Page that Alipay sends the buyer back to, with {order_id}; empty: the storefront's."
    )
    alipay_notify_url: str = Field(
        "", description="Where Alipay reaches the notify route, without a query; empty: PUBLIC_URL and the route."
    )
    alipay_fake: bool = Field(
        True, description="A stand-in for Alipay with a pay page while no APPID is set; refused in production."
    )
    alipay_fake_url: str = Field("http://127.0.0.1:8200", description="Where the stand-in for Alipay runs.")

    # -- processes
    web_workers: int = Field(2, ge=1, description="Web processes that granian starts.")
    web_threads: int = Field(4, ge=1, description="Threads that run views in each web process.")
    probes_address: str = Field(
        "",
        pattern=r"^([\w.:\[\]-]+:\d{1,5})?$",
        description="host:port where web processes answer /livez and /readyz a second time, in threads that no buyer's "
        "request can hold; empty: nowhere. Keep it from the internet.",
    )
    huey_workers: int = Field(4, ge=1, description="Worker threads of the Huey consumer.")

    # -- hot reads
    hot_bytes: bool = Field(True, description="Keep public answers as ready bytes; off: render every one anew.")
    hot_layer: bool = Field(
        True, description="Send kept public answers out of the web process's memory, before Django is asked."
    )

    @field_validator("allowed_hosts", "cors_origins", "csrf_trusted_origins", "database_replica_urls", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("public_url", "media_public_url", "meilisearch_url", "meilisearch_public_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("redis_url", "huey_redis_url")
    @classmethod
    def _redis_address(cls, value: str) -> str:
        if value:
            address_of(value)
        return value

    @model_validator(mode="after")
    def _queue_is_on_one_server(self) -> Self:
        # Huey speaks to one server: on a Cluster its keys lie on several, and its client follows no redirection.
        if self.huey_redis_url and address_of(self.huey_redis_url).kind is Kind.CLUSTER:
            raise ValueError(
                "HUEY_REDIS_URL is a Redis Cluster, where the queue cannot be: use redis:// or sentinel://"
            )
        if self.redis_url and not self.huey_redis_url and address_of(self.redis_url).kind is Kind.CLUSTER:
            raise ValueError(
                "HUEY_REDIS_URL is not set, and REDIS_URL is a Redis Cluster, where the queue cannot be: "
                "give the queue a redis:// or sentinel:// of its own"
            )
        return self

    @model_validator(mode="after")
    def _writers_are_known_longer_than_replicas_lag(self) -> Self:
        # Half a minute for the answer to reach the browser.
        if self.replica_pin < self.replica_max_lag + 30:
            raise ValueError("REPLICA_PIN must be 30 seconds more than REPLICA_MAX_LAG, or more")
        return self

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
