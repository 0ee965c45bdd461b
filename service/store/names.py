"""Every Redis key's name in one place; a site's keys share its hash tag, so one site is one slot of a cluster."""

from dataclasses import dataclass
from functools import cache

from service.values import QUEUES

SITES = "parley:sites"  # SET of names
KEYS = "parley:keys"  # HASH digest → JSON
KEY_IDS = "{parley:keys}:ids"  # HASH key id → digest; the tag puts it in the slot of KEYS
USERS = "parley:users"  # SET of names; the tag of the names below puts them in its slot
WORKERS = "parley:workers"  # ZSET worker → when its sign of life expires, ms


def chosen(user: str) -> str:
    """Name the HASH option → value: what a person chose for the own pages."""
    return f"parley:chosen:{user}"


def exposure(user: str) -> str:
    """Name the STRING that counts the severe texts a person dealt with in this shift."""
    return f"parley:exposure:{user}"


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one site's keys."""

    site: str

    def key(self, kind: str, *parts: str) -> str:
        """Return the name of a key of this site."""
        return ":".join((f"p:{{{self.site}}}", kind, *parts))

    @property
    def events(self) -> str:
        """STREAM: the audit log."""
        return self.key("events")

    @property
    def held(self) -> str:
        """HASH reviewer → how many comments that reviewer holds."""
        return self.key("held")

    @property
    def out(self) -> str:
        """ZSET comment → when to tell the platform next, ms."""
        return self.key("out")

    @property
    def dead(self) -> str:
        """ZSET comment → when its delivery was set aside, ms."""
        return self.key("dead")

    @property
    def labels(self) -> str:
        """ZSET comment → when its label was made, ms."""
        return self.key("labels")

    @property
    def suggested(self) -> str:
        """ZSET label → when it was suggested, ms; labels of texts that are no comments here."""
        return self.key("suggested")

    @property
    def looks(self) -> str:
        """ZSET comment → from when on somebody may look at it blind, ms; in somebody's hands, the end of the lease."""
        return self.key("looks")

    @property
    def differ(self) -> str:
        """ZSET comment → when a blind look differed from a decision, ms; until a lead says who was right."""
        return self.key("differ")

    @property
    def looked(self) -> str:
        """STREAM: answers to blind looks, and last words on them."""
        return self.key("looked")

    @property
    def record(self) -> str:
        """HASH: the site itself."""
        return self.key("site")

    @property
    def policies(self) -> str:
        """HASH version → JSON: every policy the site had."""
        return self.key("policies")

    @property
    def policy(self) -> str:
        """STRING: the version in force."""
        return self.key("policy")

    @property
    def mates(self) -> str:
        """ZSET comment in a queue → number of the campaign it belongs to."""
        return self.key("mates")

    @property
    def alike(self) -> list[str]:
        """Return what intake takes to find a text's campaign.

        Two HASHes band → sketch and comment, of newer and older texts; HASH campaign → what later ones follow; ZSET
        "campaign comment" → when the comment followed, ms.
        """
        return _alike(self)

    @property
    def follows(self) -> str:
        """HASH campaign → the decision that later members follow."""
        return self.key("follows")

    @property
    def followed(self) -> str:
        """ZSET "campaign comment" → when the comment followed a decision, ms."""
        return self.key("followed")

    @property
    def seconds(self) -> str:
        """ZSET comment → since when it waits for a second opinion, ms."""
        return self.key("seconds")

    def operation(self, operation: str) -> str:
        """ZSET comment → when it was decided by this operation on a campaign, ms; to undo it as one."""
        return self.key("op", operation)

    def repeats(self, digest: str) -> str:
        """SET of comments that had the text with this keyed hash."""
        return self.key("r", digest)

    def tally(self, month: str) -> str:
        """HASH what and blog → how many calls of a month were that."""
        return self.key("n", month)

    def waiting(self, queue: str) -> str:
        """ZSET comment → place in the queue, lowest first."""
        return self.key("w", queue)

    def claimed(self, queue: str) -> str:
        """ZSET comment → end of its lease, ms."""
        return self.key("l", queue)

    @property
    def shared(self) -> list[str]:
        """The keys that come first in every script on comments, in the order prelude.lua names them."""
        return _shared(self)

    def comment(self, comment_id: str) -> str:
        """HASH: the comment; encoding.py names its fields."""
        return self.key("c", comment_id)

    def earlier(self, comment_id: str) -> str:
        """LIST: what the comment said before it was edited."""
        return self.key("b", comment_id)

    def label(self, comment_id: str) -> str:
        """HASH: what was decided of the comment, kept for training."""
        return self.key("y", comment_id)

    def own(self, comment_id: str) -> list[str]:
        """Return the keys of one comment, in the order scripts take them after the shared ones."""
        return [self.comment(comment_id), self.earlier(comment_id), self.label(comment_id)]

    def author(self, digest: str) -> str:
        """ZSET comment → when it came, ms; by the author's keyed hash, for erasure."""
        return self.key("a", digest)

    def thread(self, article: str) -> str:
        """ZSET comment → when it was listed, ms; comments of the widget alone."""
        return self.key("h", article)

    def claim(self, token: str) -> str:
        """Name the STRING of what a claim took, to repeat, extend or give it back."""
        return self.key("t", token)

    def in_hand(self, reviewer: str) -> str:
        """SET of comments this reviewer has to look at blind."""
        return self.key("g", reviewer)

    def skipped(self, reviewer: str) -> str:
        """SET of comments not to be offered to this reviewer for a while."""
        return self.key("s", reviewer)

    def hand(self, reviewer: str) -> str:
        """ZSET claim token → end of its lease, ms: where to find what this reviewer holds."""
        return self.key("hand", reviewer)

    def diary(self, reviewer: str) -> str:
        """ZSET comment → when this reviewer last decided it, ms; of the last two days."""
        return self.key("d", reviewer)


def user(name: str) -> str:
    """HASH: a person; users.py names its fields."""
    return f"{{{USERS}}}:user:{name}"


def link(digest: str) -> str:
    """Name the STRING of whom a one-time link signs in."""
    return f"{{{USERS}}}:link:{digest}"


def session(digest: str) -> str:
    """HASH: one browser in which a person is signed in; sessions.py names its fields."""
    return f"{{{USERS}}}:session:{digest}"


def sessions_of(name: str) -> str:
    """ZSET session → when it ends at the latest, ms."""
    return f"{{{USERS}}}:sessions:{name}"


def known_place(digest: str) -> str:
    """Name the STRING that is there while a person is known to sign in from a place."""
    return f"{{{USERS}}}:known:{digest}"


def tries(digest: str) -> str:
    """HASH: how often signing in failed, and until when to wait."""
    return f"{{{USERS}}}:tries:{digest}"


@cache
def _shared(names: Names) -> list[str]:
    waiting = [names.waiting(queue) for queue in QUEUES]
    claimed = [names.claimed(queue) for queue in QUEUES]
    return [names.events, names.held, names.out, names.dead, names.labels, names.mates, *waiting, *claimed]


@cache
def _alike(names: Names) -> list[str]:
    return [names.key("like"), names.key("like", "older"), names.follows, names.followed]
