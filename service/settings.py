"""Every knob, typed and described once. Nothing else reads the environment."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

BASE_MODEL = Path(__file__).parent.parent / "models" / "base"
SECOND_MODEL = Path(__file__).parent.parent / "models" / "second" / "base"

Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


def _redis_url() -> AliasChoices:
    return AliasChoices("redis_url", "REDIS_URL", "PARLEY_REDIS_URL")


def reachable(host: str) -> str:
    """Return the host under which this machine reaches what listens on `host`."""
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


class Settings(BaseSettings):
    """Read from `PARLEY_*` in the environment; secrets also from a file named by `PARLEY_SECRET_FILE`."""

    model_config = SettingsConfigDict(env_prefix="PARLEY_", extra="ignore", frozen=True, populate_by_name=True)

    # Where it listens
    host: str = Field("127.0.0.1", description="Address the web process listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the web process listens on.")
    demo_port: int | None = Field(
        None, ge=0, le=65535, description="Port of the example blog of `--demo`. Empty: the next one."
    )
    public_url: str | None = Field(None, description="Address at which clients reach Parley; printed and linked.")
    web_workers: Count = Field(2, description="Web processes. More than cores brings nothing.")
    web_threads: Count = Field(
        16, description="Threads in each web process; comments taken at once share a disk flush."
    )

    # What it keeps, and where
    data: Path = Field(Path("data"), description="Directory for the embedded server's data and the generated secret.")
    redis_url: SecretStr | None = Field(
        None,
        validation_alias=_redis_url(),
        description="`redis://`, `rediss://`, `unix://`, `redis+sentinel://host:port,…/service` or `redis+cluster://`. "
        "Empty: an embedded server.",
    )
    redis_server: Path | None = Field(None, description="Server program to embed instead of the packaged Valkey.")
    redis_fsync: Literal["always", "everysec"] = Field(
        "always", description="When the embedded server flushes to disk; `everysec` may lose two seconds at a crash."
    )
    redis_max_memory: str = Field("1gb", pattern=r"^\d+(kb|mb|gb)$", description="Memory the embedded server may use.")
    redis_timeout_seconds: Seconds = Field(1.0, description="Longest wait for one answer of Redis.")
    redis_wait_replicas: int = Field(
        0, ge=0, description="Replicas that must hold a comment before the answer leaves; 0 asks none."
    )
    secret: SecretStr | None = Field(
        None, description="Key of all keyed hashes, 32 characters or more. Needed with `REDIS_URL`; else generated."
    )
    secret_file: Path | None = Field(None, description="File that holds the secret instead.")
    retention_days: Count = Field(90, description="Days a decided comment's text is kept.")
    event_retention_days: Count = Field(365, description="Days the audit log is kept.")

    # What it takes
    max_text_chars: Count = Field(20_000, description="Longest comment, in characters.")
    max_body_bytes: Count = Field(1 << 20, description="Largest body of a request.")
    max_batch_bytes: Count = Field(16 << 20, description="Largest body of a batch.")
    rate_limit: str = Field(
        "6000/minute", description="Requests per API key and web process, as `N/second`, `N/minute` or `N/hour`."
    )
    widget_rate: str = Field(
        "10/minute", description="Comments per reader's address and web process; five times as many checks."
    )

    door_hosts: str = Field(
        "rest.akismet.com,localhost",
        description="Names, separated by commas, before which old Akismet clients put their key, as in "
        "`KEY.rest.akismet.com`. The host of `PARLEY_PUBLIC_URL` is always one.",
    )

    # How it scores
    model: Path = Field(BASE_MODEL, description="Folder of the model that scores.")
    second_opinion: Literal["off", "inline", "worker"] = Field(
        "inline",
        description="Who asks a second, slower model about comments near a limit: `inline` the web process, before it "
        "answers; `worker` a worker, while the comment waits for review; `off` nobody. Needs `parley[second-opinion]`.",
    )
    second_model: Path = Field(SECOND_MODEL, description="Folder of the model that gives second opinions.")
    second_at_once: Count = Field(
        1, description="Second opinions that one web process forms at a time, each on one core."
    )
    second_seconds: Seconds = Field(
        0.25, description="Longest wait of a comment for its turn; then it waits for review and a worker asks."
    )
    model_store: str | None = Field(
        None,
        description="fsspec address of a folder or bucket for the models of sites, such as `s3://bucket/models`; needs "
        "`parley[store]`. Empty: Redis keeps them.",
    )

    # How people work
    lease_seconds: Count = Field(
        300, le=86_400, description="How long a claim lasts unless the request says otherwise."
    )
    max_claimed: Count = Field(200, description="Most comments one reviewer may hold at a time.")
    session_idle_hours: Seconds = Field(12.0, description="Who does nothing for so long is signed out.")
    session_days: Count = Field(7, description="Who signed in so long ago signs in again.")
    proxies: int = Field(
        0, ge=0, description="Proxies in front, each adding to `X-Forwarded-For`; says where a visitor's address is."
    )
    oidc_issuer: str | None = Field(None, description="OpenID provider that people may sign in with. Empty: none.")
    oidc_client_id: str | None = Field(None, description="Parley's id at that provider.")
    oidc_client_secret: SecretStr | None = Field(None, description="Parley's secret at that provider, if it has one.")
    oidc_allow: str = Field(
        "",
        description="E-mail domains, separated by commas, whose people are added at their first sign-in. "
        "Empty: an admin adds each, under the e-mail address.",
    )
    oidc_site: str = Field("main", description="Site to which those people are added.")
    oidc_role: Literal["moderator", "lead", "admin"] = Field("moderator", description="What they may do there.")
    undo_seconds: Count = Field(86_400, description="How long a decision can be undone by the one who made it.")
    ageing_hours: Seconds = Field(6.0, description="Waiting this long weighs as much as the highest risk.")

    # How the platform hears of it
    delivery_delay_seconds: float = Field(5.0, ge=0, description="Wait before a webhook, so that an undo can stop it.")
    webhook_timeout_seconds: Seconds = Field(10.0, description="Longest wait for a webhook receiver.")
    webhook_private: bool = Field(
        False, description="Deliver to private and loopback addresses too, such as a blog on the same machine."
    )
    delivery_attempts: Count = Field(20, description="Attempts before a delivery is set aside.")

    # How it is watched
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severity logged.")
    metrics_token: SecretStr | None = Field(None, description="Bearer token that `/metrics` asks for. Empty: open.")

    def environment(self) -> dict[str, str]:
        """Return the variables from which a child process reads what was set here."""
        settled = {name: getattr(self, name) for name in self.model_fields_set}
        return {_variable(name): _written(value) for name, value in settled.items() if value is not None}

    @property
    def address(self) -> str:
        """Where clients reach Parley, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = reachable(self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @model_validator(mode="after")
    def _secret_from_one_place(self) -> Self:
        if self.secret and self.secret_file:
            raise ValueError("set PARLEY_SECRET or PARLEY_SECRET_FILE, not both")
        if self.secret and len(self.secret.get_secret_value()) < 32:
            raise ValueError("PARLEY_SECRET needs 32 characters or more; `openssl rand -hex 32` makes one")
        return self

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Self:
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("set PARLEY_OIDC_ISSUER and PARLEY_OIDC_CLIENT_ID, or neither")
        return self


def _variable(name: str) -> str:
    return "REDIS_URL" if name == "redis_url" else f"PARLEY_{name.upper()}"


def _written(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
