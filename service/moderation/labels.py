"""Labels as an admin handles them: looked through, counted, dropped, taken in from other platforms' exports."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from service.errors import NotFound
from service.moderation.desk import Desk
from service.moderation.exports.entry import Skipped
from service.store.imports import AT_ONCE, Judged
from service.store.label import Label

TOO_LONG = "longer than a comment may be"


@dataclass(slots=True)
class Intake:
    """What an import did so far: outcomes by `new`, `changed`, `same` or `decided`; labels by value and reason."""

    outcomes: Counter[str] = field(default_factory=Counter)
    labels: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    broken: int = 0

    @property
    def kept(self) -> int:
        """Count the labels that came or changed."""
        return self.outcomes["new"] + self.outcomes["changed"]


def page(
    desk: Desk, site: str, after: str | None, limit: int, source: str | None = None, value: str | None = None
) -> tuple[list[Label], str | None]:
    """Return labels, the one kept first first, and where to go on, or None at the end."""
    return desk.store.labels.page(site, after, limit, source, value)


def counts(desk: Desk, site: str) -> Mapping[tuple[str, str], int]:
    """Count a site's labels by source and value."""
    return desk.store.labels.counts(site)


def take_in(
    desk: Desk,
    site: str,
    name: str,
    entries: Iterable[Judged | Skipped],
    by: str,
    total: Intake,
    is_trial: bool = False,
) -> Iterator[list[Skipped]]:
    """Keep what an export says, batch by batch, under the source `import:name`; a trial keeps nothing.

    Counts in `total`, and gives what was skipped in each batch. Raises `Unavailable` in between; then what `total`
    says is kept, and the whole again goes on from there.
    """
    source = iter(entries)
    while batch := list(islice(source, AT_ONCE)):
        judged = [entry for entry in batch if isinstance(entry, Judged)]
        skipped = [entry for entry in batch if isinstance(entry, Skipped)]
        fitting = [one for one in judged if len(one.text) <= desk.settings.max_text_chars]
        if fitting and not is_trial:
            total.outcomes.update(desk.store.imports.add(site, name, fitting, by))
        total.labels.update((one.choice.value, one.reason) for one in fitting)
        total.skipped.update([entry.why for entry in skipped] + [TOO_LONG] * (len(judged) - len(fitting)))
        total.broken += sum(entry.is_broken for entry in skipped)
        yield skipped


def drop(desk: Desk, site: str, label_id: str, by: str) -> list[str]:
    """Forget a label and return the models that learned from it; raises `NotFound` when there is none."""
    models = forgetting(desk, site, [label_id])
    if not desk.store.labels.drop(site, label_id, by, models) and not models:
        raise NotFound(f"There is no label {label_id!r}.")
    return models


def forgetting(desk: Desk, site: str, label_ids: Sequence[str]) -> list[str]:
    """Tell the models that these labels go, and return the versions that learned from any of them.

    Told before the labels go: should the rest fail, a model says too much of what it forgot rather than too little.
    """
    found = desk.store.models.learned_from(site, *label_ids) if label_ids else []
    if found:
        desk.store.models.forget(site, label_ids)
    return found
