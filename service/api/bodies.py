"""What requests may carry: one model per body and per query string."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from service.api.fields import (
    MAX_CLAIM,
    Address,
    Attribute,
    ClaimSize,
    CommentId,
    Email,
    EventId,
    FollowHours,
    LeaseSeconds,
    Long,
    Moment,
    Name,
    QueryFlag,
    QueryLimit,
    Reviewer,
    Text,
    Token,
    Word,
)
from service.values import Article, Author, Choice, Comment, Decision, Opinion

MAX_BATCH = 1000
MAX_TEXTS = 100
MAX_DECISIONS = 200
MAX_LEFT_OUT = 500


class Body(BaseModel):
    """A JSON body: unknown members and near-miss types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Query(BaseModel):
    """A query string: unknown names are refused, values are read from strings."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AuthorBody(Body):
    """Who wrote the comment; every member helps the score or the reviewer."""

    id: Name | None = Field(None, description="The platform's own id of the author.", examples=["u-77"])
    name: Name | None = Field(None, description="Shown name.", examples=["Nare"])
    email: Email | None = Field(None, description="E-mail address.", examples=["nare@example.org"])
    url: Address | None = Field(None, description="Web page the author left.", examples=["https://example.org/nare"])
    ip: Name | None = Field(None, description="Address the comment came from.", examples=["203.0.113.7"])
    user_agent: Long | None = Field(None, description="The author's browser, as it names itself.")

    def to_value(self) -> Author:
        """Return the author; an empty string means the platform knows nothing there."""
        return Author(
            self.id or None,
            self.name or None,
            self.email or None,
            self.url or None,
            self.ip or None,
            self.user_agent or None,
        )


class ArticleBody(Body):
    """What the comment stands under."""

    id: Name | None = Field(None, description="The platform's own id of the article.", examples=["a-12"])
    url: Address | None = Field(None, description="Where the article is read.", examples=["https://news.example/a-12"])
    title: Long | None = Field(None, description="The article's title.", examples=["Six die in Khojavend"])

    def to_value(self) -> Article:
        """Return the article; an empty string means the platform knows nothing there."""
        return Article(self.id or None, self.url or None, self.title or None)


class CommentContent(Body):
    """What a comment says, and around what."""

    text: Text = Field(description="What the reader wrote, as plain text.", examples=["My family lives there."])
    author: AuthorBody | None = Field(None, description="Who wrote it.")
    article: ArticleBody | None = Field(None, description="What it stands under.")
    parent_id: CommentId | None = Field(None, description="The comment this one answers.", examples=["c-0"])
    created_at: Moment | None = Field(None, description="When it was written.", examples=["2026-11-22T14:05:00Z"])
    honeypot: Long | None = Field(None, description="What was typed into a field that people do not see.")

    def to_comment(self, comment_id: str) -> Comment:
        """Return the comment under `comment_id`."""
        return Comment(
            id=comment_id,
            text=self.text,
            author=self.author.to_value() if self.author else Author(),
            article=self.article.to_value() if self.article else Article(),
            parent_id=self.parent_id,
            created_at=self.created_at,
            honeypot=bool(self.honeypot),
        )


class CommentBody(CommentContent):
    """A reader's comment."""

    id: CommentId = Field(description="The platform's own id, unique within the site.", examples=["c-1"])

    def to_value(self) -> Comment:
        """Return the comment under its own id."""
        return self.to_comment(self.id)


class EditBody(CommentContent):
    """The new version of a comment; what is left out is forgotten."""


class BatchBody(Body):
    """Many comments at once. Each stands for itself: a wrong one is answered with its own 422."""

    comments: Annotated[list[CommentBody], Field(min_length=1, max_length=MAX_BATCH, description="The comments.")]


class BatchFrame(Body):
    """A batch whose members are looked at one by one."""

    comments: Annotated[list[Any], Field(min_length=1, max_length=MAX_BATCH)]


class FeedbackBody(Body):
    """What the platform says of a comment afterwards."""

    opinion: Opinion = Field(description="What the platform holds of it.", examples=["spam"])


class AppealBody(Body):
    """An author asks for another look."""

    note: Long | None = Field(None, description="What the author says to it; shown to the reviewer.")


class ScoreBody(Body):
    """Texts to be scored; nothing of them is kept."""

    text: Text | Annotated[list[Text], Field(min_length=1, max_length=MAX_TEXTS)] = Field(
        description=f"One text, or up to {MAX_TEXTS}.", examples=["What a lovely photograph."]
    )
    author: AuthorBody | None = Field(None, description="Who wrote them, where that should weigh.")
    attributes: Annotated[list[Attribute], Field(max_length=20)] | None = Field(
        None, description="Answer these alone; all of the model when left out.", examples=[["spam", "threat"]]
    )
    spans: bool = Field(False, description="Also tell which parts of the text carried each score.")

    @property
    def texts(self) -> list[str]:
        """The texts, also when there is one."""
        return [self.text] if isinstance(self.text, str) else self.text


class ClaimBody(Body):
    """How much of which queue to take."""

    queue: Word | None = Field(None, description="`main`, `escalated` or `appeals`; `main` when left out.")
    limit: ClaimSize = Field(10, description="At most so many comments.")
    lease_seconds: LeaseSeconds | None = Field(None, description="How long they are yours.")
    reviewer: Reviewer | None = Field(None, description="Who looks, where one key serves several people.")
    campaigns: bool = Field(
        False, description="Near-identical comments as one: `campaign` tells how many, and how they differ."
    )


class LeaseBody(Body):
    """How long a claim goes on."""

    lease_seconds: LeaseSeconds | None = Field(None, description="From now.")
    reviewer: Reviewer | None = Field(None, description="Who claimed, when the claim named somebody.")


class DecisionBody(Body):
    """What a person decides of one comment."""

    id: CommentId = Field(description="The comment.", examples=["c-1"])
    decision: Choice = Field(description="What is to become of it.", examples=["reject"])
    reason: Word | None = Field(None, description="Why, in one word of your own list.", examples=["insult"])
    note: Long | None = Field(None, description="A remark for colleagues.")

    def to_value(self) -> Decision:
        """Return the decision."""
        return Decision(self.id, self.decision, self.reason, self.note)


class DecisionsBody(Body):
    """Decisions on comments of one claim."""

    claim: Token = Field(description="The token of the claim.")
    decisions: Annotated[list[DecisionBody], Field(min_length=1, max_length=MAX_DECISIONS)] = Field(
        description="One entry per comment."
    )
    reviewer: Reviewer | None = Field(None, description="Who decides, when the claim named somebody.")


class CampaignBody(Body):
    """What a person decides of a comment and of all that are nearly the same."""

    claim: Token = Field(description="The token of the claim.")
    id: CommentId = Field(description="The claimed comment that stands for its campaign.", examples=["c-1"])
    decision: Choice = Field(description="What is to become of all of them.", examples=["reject"])
    reason: Word | None = Field(None, description="Why, in one word of your own list.", examples=["spam"])
    note: Long | None = Field(None, description="A remark for colleagues.")
    leave_out: Annotated[list[CommentId], Field(max_length=MAX_LEFT_OUT)] = Field(
        [], description="Members that are not decided; those you claimed stay yours, each by itself."
    )
    follow_hours: FollowHours | None = Field(
        None, description="Give later members the same state for so long, at most 168 hours; not when left out."
    )
    reviewer: Reviewer | None = Field(None, description="Who decides, when the claim named somebody.")

    def to_value(self) -> Decision:
        """Return the decision."""
        return Decision(self.id, self.decision, self.reason, self.note)


class ReleaseQuery(Query):
    """What of a claim goes back."""

    ids: Annotated[tuple[CommentId, ...], Field(max_length=MAX_CLAIM)] = Field(
        (), description="These comments alone; the name may be repeated. All of the claim when left out."
    )
    skip: QueryFlag = Field(False, description="Do not offer them to this reviewer again for an hour.")
    reviewer: Reviewer | None = Field(None, description="Who claimed, when the claim named somebody.")


class UndoQuery(Query):
    """Whose decision is taken back."""

    anyone: QueryFlag = Field(False, description="Also somebody else's decision, however old; needs scope `admin`.")
    reviewer: Reviewer | None = Field(None, description="Who decided, when the decision named somebody.")


class EventsQuery(Query):
    """Which lines of the audit log."""

    after: EventId | None = Field(None, description="Continue after this event's id.")
    limit: QueryLimit = Field(100, description="At most so many.")
    type: tuple[Word, ...] = Field((), max_length=20, description="These kinds alone; the name may be repeated.")
    comment: CommentId | None = Field(None, description="Of this comment alone.")
    by: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(None, description="By this actor alone.")
    since: Moment | None = Field(None, description="Not before this time.")
    until: Moment | None = Field(None, description="Not after this time.")
