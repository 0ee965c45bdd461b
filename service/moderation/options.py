"""What a person may choose for the own review page: keys, and how severe texts are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.errors import InvalidBody
from service.moderation.desk import Desk

SHOWINGS = ("fold", "blur", "show")
SIZES = (5, 10, 20)
KEYS: Mapping[str, tuple[str, str]] = {
    "approve": ("a", "Approve"),
    "reject": ("r", "Reject"),
    "escalate": ("e", "Escalate"),
    "skip": ("s", "Skip"),
    "undo": ("z", "Undo"),
    "next": ("j", "Next comment"),
    "previous": ("k", "Previous comment"),
    "open": ("o", "Show the whole text"),
    "why": ("w", "Why it is here"),
    "conversation": ("c", "Conversation"),
    "history": ("h", "Author's history"),
    "note": ("n", "Write a note"),
    "select": ("x", "Select"),
    "approve_selected": ("A", "Approve the selected"),
    "reject_selected": ("R", "Reject the selected"),
    "search": ("/", "Search"),
    "take": ("t", "Take the next ones"),
    "help": ("?", "Show the keys"),
}


def default_keys() -> dict[str, str]:
    """Return the key of each action."""
    return {action: key for action, (key, _) in KEYS.items()}


@dataclass(frozen=True, slots=True)
class Options:
    """One person's choices. `keys` maps actions to single characters; the digits choose reasons and cannot be taken."""

    keys_on: bool = True
    keys: Mapping[str, str] = field(default_factory=default_keys)
    severe: str = "fold"
    spreads: bool = True
    counts: bool = True
    size: int = 10

    def key(self, action: str) -> str:
        """Return the key of an action; empty while keys are off."""
        return self.keys[action] if self.keys_on else ""


def read(desk: Desk, user: str) -> Options:
    """Return what `user` chose; the defaults where nothing was chosen."""
    kept = desk.store.preferences.read(user)
    known = {action: kept.get(f"key:{action}", key) for action, key in default_keys().items()}
    return Options(
        keys_on=kept.get("keys", "on") == "on",
        keys=known,
        severe=kept.get("severe", "fold"),
        spreads=kept.get("spread", "on") == "on",
        counts=kept.get("count", "on") == "on",
        size=int(kept.get("size", 10)),
    )


def save(desk: Desk, user: str, options: Options) -> None:
    """Keep the choices; raises `InvalidBody` that names what cannot be."""
    errors = [*_wrong_keys(options.keys)]
    if options.severe not in SHOWINGS or options.size not in SIZES:
        errors.append({"field": "severe", "problem": "is not one of the choices"})
    if errors:
        raise InvalidBody(errors[0]["problem"], errors)
    words = {
        "keys": _word(options.keys_on),
        "severe": options.severe,
        "spread": _word(options.spreads),
        "count": _word(options.counts),
        "size": str(options.size),
    }
    desk.store.preferences.save(user, words | {f"key:{action}": key for action, key in options.keys.items()})


def _word(is_on: bool) -> str:
    return "on" if is_on else "off"


def _wrong_keys(keys: Mapping[str, str]) -> list[dict[str, str]]:
    taken: dict[str, str] = {}
    wrong = []
    for action, key in keys.items():
        name = KEYS[action][1]
        if len(key) != 1 or not key.isprintable() or key.isspace() or key.isdigit():
            wrong.append({"field": action, "problem": f"“{name}” needs one character that is no digit."})
        elif key in taken:
            wrong.append({"field": action, "problem": f"“{name}” and “{taken[key]}” have the same key, {key}."})
        taken.setdefault(key, name)
    return wrong
