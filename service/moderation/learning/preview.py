"""What a draft of a policy, a word list or another model would have done with past comments; nothing of it is kept."""

from service.learning import Replay
from service.moderation.desk import Desk
from service.tenancy import Policy
from service.values import Assessment, Comment


def replay(desk: Desk, site: str, draft: Policy, model_version: str | None = None, most: int = 2000) -> Replay:
    """Judge the newest past comments by `draft`, up to `most` of them and no longer than three seconds."""
    raise NotImplementedError


def judge_one(desk: Desk, site: str, draft: Policy, comment: Comment, model_version: str | None = None) -> Assessment:
    """Say what `draft` makes of one comment that is not kept."""
    raise NotImplementedError
