"""The store as one value: everything of it that the rest of Parley may touch."""

from dataclasses import dataclass, field
from pathlib import Path

from service.errors import SetupError
from service.settings import Settings
from service.store.api_keys import ApiKeys
from service.store.browse import Browse
from service.store.campaigns import Campaigns
from service.store.comments import YEAR_MS, Comments
from service.store.compaction import Compaction
from service.store.connection import Connection
from service.store.events import Events
from service.store.health import Health, Room, examine
from service.store.heartbeats import Heartbeats
from service.store.imports import Imports
from service.store.jobs import Jobs
from service.store.labels import Labels
from service.store.looks import Looks
from service.store.lots import Lots
from service.store.models import Models
from service.store.outbox import Outbox
from service.store.overrides import Overrides
from service.store.policies import Policies
from service.store.preferences import Preferences
from service.store.queue import Queues
from service.store.repeats import Repeats
from service.store.scorebook import Scorebook
from service.store.seal import Seal
from service.store.seconds import Seconds
from service.store.secret import load_secret
from service.store.sessions import Sessions
from service.store.shadows import Shadows
from service.store.shelf import shelf_at
from service.store.sites import Sites
from service.store.tallies import Tallies
from service.store.threads import Threads
from service.store.users import Users

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
CONNECTIONS_PER_THREAD = 4
FEWEST_CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Store:
    """Every method of its parts raises StoreUnavailable or StoreFull, within two seconds, and no redis exception."""

    comments: Comments
    queues: Queues
    campaigns: Campaigns
    looks: Looks
    lots: Lots
    labels: Labels
    imports: Imports
    events: Events
    outbox: Outbox
    seconds: Seconds
    sites: Sites
    tallies: Tallies
    repeats: Repeats
    policies: Policies
    keys: ApiKeys
    users: Users
    sessions: Sessions
    heartbeats: Heartbeats
    compaction: Compaction
    threads: Threads
    seal: Seal = field(repr=False)
    browse: Browse
    preferences: Preferences
    models: Models
    jobs: Jobs
    shadows: Shadows
    scorebook: Scorebook
    overrides: Overrides
    connection: Connection = field(repr=False)
    folder: Path | None = None

    def health(self) -> Health:
        """Say whether a comment can be taken now."""
        return examine(self.connection, self.folder)

    def close(self) -> None:
        """Close this process's connections; the next call would open new ones."""
        self.connection.close()


def connect(settings: Settings, url: str | None = None) -> Store:
    """Build the store at `url`, or at the settings' REDIS_URL. Connects nothing yet; raises SetupError."""
    address = url or (settings.redis_url.get_secret_value() if settings.redis_url else None)
    if not address:
        raise SetupError("REDIS_URL is not set and no embedded server runs; start with `parley serve`")
    connection = Connection(
        address,
        settings.redis_timeout_seconds,
        max(FEWEST_CONNECTIONS, CONNECTIONS_PER_THREAD * settings.web_threads),
        settings.redis_wait_replicas,
    )
    return _compose(connection, settings, address)


def _compose(connection: Connection, settings: Settings, address: str) -> Store:
    secret, keep_ms = load_secret(settings), settings.retention_days * DAY_MS
    folder = _folder(settings, address)
    ageing_ms = round(settings.ageing_hours * HOUR_MS)
    events, lots, sites = Events(connection), Lots(secret), Sites(connection)
    return Store(
        comments=Comments(connection, secret, keep_ms, ageing_ms, Room(folder)),
        queues=Queues(connection, keep_ms, lots),
        campaigns=Campaigns(connection),
        looks=Looks(connection, keep_ms),
        lots=lots,
        labels=Labels(connection, keep_ms, secret),
        imports=Imports(connection, secret, keep_ms, Room(folder)),
        events=events,
        outbox=Outbox(connection, keep_ms),
        seconds=Seconds(connection, lots, keep_ms, ageing_ms),
        sites=sites,
        tallies=Tallies(connection),
        repeats=Repeats(connection, secret),
        policies=Policies(connection),
        keys=ApiKeys(connection, events, secret),
        users=Users(connection, secret),
        sessions=Sessions(
            connection, secret, round(settings.session_idle_hours * HOUR_MS), settings.session_days * DAY_MS
        ),
        heartbeats=Heartbeats(connection),
        compaction=Compaction(connection, address, settings.data),
        threads=Threads(connection, keep_ms + YEAR_MS),
        seal=Seal(secret),
        browse=Browse(connection, secret),
        preferences=Preferences(connection),
        models=Models(connection, secret, shelf_at(settings.model_store, connection)),
        jobs=Jobs(connection, sites),
        shadows=Shadows(connection),
        scorebook=Scorebook(connection),
        overrides=Overrides(connection),
        connection=connection,
        folder=folder,
    )


def _folder(settings: Settings, address: str) -> Path | None:
    """Return where an embedded server keeps its data, if the address can be one's."""
    folder = settings.data / "redis"
    return folder if address.startswith("unix://") and folder.is_dir() else None
