"""What the server answers, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from service.store.encoding import unpack_assessment, unpack_comment
from service.values import QUEUES, Assessment, Choice, Decided, KeptComment, Outcome, Reason, State, Verdict

STATES = {"w": State.WAITING, "c": State.CLAIMED, "a": State.APPROVED, "r": State.REJECTED}
LETTERS = {state: letter for letter, state in STATES.items()}
STATES_AFTER = {Verdict.APPROVE: State.APPROVED, Verdict.REVIEW: State.WAITING, Verdict.REJECT: State.REJECTED}
CHOICES = {"a": Choice.APPROVE, "r": Choice.REJECT, "e": Choice.ESCALATE}
WORDS = {Choice.APPROVE: "approved", Choice.REJECT: "rejected"}
CHOICE_LETTERS = {choice: letter for letter, choice in CHOICES.items()}

Fields = Mapping[str, str]


def queue_number(queue: str) -> int:
    """Return a queue's number in the scripts; raises ValueError for one that is not in QUEUES."""
    return QUEUES.index(queue) + 1


def moment(ms: str | int) -> datetime:
    """Return a time of the server as aware UTC."""
    return datetime.fromtimestamp(int(ms) / 1000, UTC)


def paired(flat: Sequence[str]) -> dict[str, str]:
    """Return the fields of a flat `[name, value, …]` answer."""
    return dict(zip(flat[::2], flat[1::2], strict=True))


def assessment_of(packed: str, followed: str | None = None) -> Assessment:
    """Return an assessment; a decision on its campaign that was followed comes before what the policy said."""
    found = unpack_assessment(packed)
    if not followed:
        return found
    record = orjson.loads(followed)
    choice = CHOICES[record["state"]]
    when = moment(record["at"]).strftime("%d %b, %H:%M UTC")
    text = f"Like {record['like']}, {WORDS[choice]} by {record['by']} on {when}."
    return replace(found, verdict=Verdict(choice), reasons=(Reason("campaign", text), *found.reasons))


def kept_comment(comment_id: str, fields: Fields) -> KeptComment:
    """Return a comment from the fields of its hash."""
    state = STATES[fields["s"]]
    in_queue = state in (State.WAITING, State.CLAIMED)
    return KeptComment(
        comment=unpack_comment(comment_id, fields["x"], fields["m"]),
        state=state,
        assessment=assessment_of(fields["k"], fields.get("fo")),
        received_at=moment(fields["t"]),
        version=int(fields["v"]),
        queue=QUEUES[int(fields["q"]) - 1] if in_queue else None,
        claimed_by=fields.get("lm"),
        claimed_until=moment(fields["ld"]) if "ld" in fields else None,
        decided=_decided(fields),
        edits=int(fields.get("n", 0)),
        escalation_note=fields.get("es") or None,
        appeal_note=fields.get("ap") or None,
        copy_of=fields.get("lc"),
    )


def _decided(fields: Fields) -> Decided | None:
    if "d" not in fields:
        return None
    return Decided(CHOICES[fields["d"]], fields["by"], moment(fields["at"]), fields.get("y"), fields.get("o"))


def answered(fields: Fields, reviewer: str) -> Decided | None:
    """Return what `reviewer` said of a comment in a blind look, if that is the last thing that happened to it."""
    if fields.get("ga") != reviewer or fields["gv"] != fields["v"]:
        return None
    return Decided(
        CHOICES[fields["gd"]], reviewer, moment(fields["gt"]), fields.get("gy") or None, fields.get("go") or None
    )


def outcome(comment_id: str, answer: Sequence[Any]) -> Outcome:
    """Return an outcome from `{outcome, state, version, by, at}`, or `{'not_found'}`."""
    word, *rest = answer
    if not rest:
        return Outcome(comment_id, word)
    state, version, by, at = rest
    return Outcome(comment_id, word, STATES[state], int(version), by or None, moment(at))
