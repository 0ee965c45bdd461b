"""What a draft of a policy, a word list or another model would have done with past comments; nothing of it is kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.learning import Replay
from service.moderation import policy
from service.moderation.desk import Desk
from service.moderation.learning.rescoring import needed_scorer, rescored
from service.moderation.learning.versions import version_of
from service.moderation.scoring import ScoreRow
from service.moderation.second.hearing import Case, foreseen, patience
from service.moderation.second.own import own_of
from service.moderation.submit import assess
from service.tenancy import Policy
from service.values import Assessment, Comment, KeptComment, Verdict

MOST = 2000
SECONDS = 3.0
OFTEN = 10_000
SHORTEST = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A comment's verdict by the policy in force and by the draft."""

    kept: KeptComment
    before: Verdict
    after: Verdict


def replay(desk: Desk, site: str, draft: Policy, model_version: str | None = None, most: int = MOST) -> Replay:
    """Judge the newest past comments by the policy in force with the champion, and by `draft` with `model_version`.

    No more than `most` of them, and no more than about three seconds of work allow; the answer says how many that
    were. How often a text came is not kept: it came often where a rule said so then. Raises NotFound for an unknown
    model.
    """
    return replay_over(desk, site, list(desk.store.browse.past(site, most)), draft, model_version, most)


def replay_over(
    desk: Desk, site: str, past: Sequence[KeptComment], draft: Policy, model_version: str | None, most: int = MOST
) -> Replay:
    """Judge the comments of `past`, newest first, as `replay` does."""
    champion, version = version_of(desk, site), version_of(desk, site, model_version)
    in_force = policy.current(desk, site)
    seconds = SECONDS if version == champion else SECONDS / 2
    other = {} if version == champion else _by_id(desk, site, past, version, seconds)
    judged = []
    for kept, scores in rescored(desk, site, past, champion, seconds):
        instead = scores if version == champion else other.get(kept.comment.id)
        if instead is not None:
            judged.append(_Judged(kept, _verdict(in_force, kept, scores), _verdict(draft, kept, instead)))
    return _replay(judged, is_part=len(judged) < len(past) or len(past) >= most)


def judge_one(desk: Desk, site: str, draft: Policy, comment: Comment, model_version: str | None = None) -> Assessment:
    """Say what `draft` makes of one comment that is not kept; raises NotFound for an unknown model."""
    scorer = needed_scorer(desk, site, version_of(desk, site, model_version))
    [found] = assess(scorer, draft, [comment])
    return foreseen(desk.adviser, [Case(draft, comment, found, own_of(scorer))], patience(desk.settings, 1))[0]


def _by_id(desk: Desk, site: str, past: Sequence[KeptComment], version: str, seconds: float) -> dict[str, ScoreRow]:
    return {kept.comment.id: scores for kept, scores in rescored(desk, site, past, version, seconds)}


def _verdict(by: Policy, kept: KeptComment, scores: ScoreRow) -> Verdict:
    repeated = any(reason.code == "rule_repeated" for reason in kept.assessment.reasons)
    return policy.judge(by, kept.comment, scores, "", OFTEN if repeated else 1).verdict


def _replay(judged: Sequence[_Judged], is_part: bool) -> Replay:
    before, after = Counter(one.before.value for one in judged), Counter(one.after.value for one in judged)
    days = _days(judged, is_part)
    return Replay(
        comments=len(judged),
        before={verdict.value: before[verdict] for verdict in Verdict},
        after={verdict.value: after[verdict] for verdict in Verdict},
        changed=tuple((one.kept.comment.id, one.before, one.after) for one in judged if one.before is not one.after),
        per_day=(before[Verdict.REVIEW] / days, after[Verdict.REVIEW] / days),
    )


def _days(judged: Sequence[_Judged], is_part: bool) -> float:
    """Return over how many days the comments came: of a site that is younger than a day, one."""
    now = datetime.now(UTC)
    oldest = min((one.kept.received_at for one in judged), default=now)
    return max(now - oldest, SHORTEST if is_part else DAY) / DAY
