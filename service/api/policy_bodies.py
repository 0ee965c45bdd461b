"""What requests about a site's policy may carry: the policy itself, and a draft of one to be tried."""

from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic.config import JsonDict

from service.api.bodies import Body
from service.api.fields import AskShare, Attribute, ModelVersion, Probability, Share, Text, Version
from service.moderation import rules
from service.shares import DEFAULT_LOOKS, LookShares
from service.tenancy import ErrorBudget, Policy, Rule, Threshold
from service.values import Verdict

RuleField = Literal[
    "text",
    "links",
    "repeats",
    "honeypot",
    "author.id",
    "author.name",
    "author.email",
    "author.url",
    "author.ip",
]
RuleMatch = Literal["contains", "equals", "pattern", "domain", "network", "at_least", "filled"]
RuleValue = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class ThresholdBody(Body):
    """From which probability on an attribute asks for review and for rejection."""

    review: Probability = Field(description="From here on a person looks.", examples=[0.4])
    reject: Probability = Field(description="From here on it is rejected; not below `review`.", examples=[0.95])

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.reject < self.review:
            raise ValueError("`reject` should not be below `review`")
        return self

    def to_value(self) -> Threshold:
        """Return the threshold."""
        return Threshold(self.review, self.reject)


class RuleBody(Body):
    """A rule of the site's own; it comes before every score."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")] = Field(
        description="Shown as the reason.", examples=["No casinos"]
    )
    field: RuleField = Field(description="What is looked at.", examples=["text"])
    match: RuleMatch = Field(
        description="How: whole words, the whole field, a regular expression, a domain with those below it (of any "
        "link in a text), a network of addresses; `at_least` for `links` and `repeats` (how often the text came within "
        "a day), `filled` for `honeypot`.",
        examples=["contains"],
    )
    values: Annotated[list[RuleValue], Field(max_length=200)] = Field(
        default_factory=list,
        description="Any of these; for `links` and `repeats` one whole number, for `honeypot` none.",
        examples=[["casino", "jackpot"]],
    )
    verdict: Verdict = Field(description="What follows when it matches.", examples=["review"])

    @model_validator(mode="after")
    def _match_fits_field(self) -> Self:
        fault = rules.fault(self.field, self.match, self.values)
        if fault:
            raise ValueError(f"should {fault}")
        return self

    def to_value(self) -> Rule:
        """Return the rule."""
        return Rule(self.name, self.field, self.match, tuple(self.values), self.verdict)


class LookSharesBody(Body):
    """Which share of what is settled somebody looks at again, blind; 0 turns it off."""

    decisions: Probability = Field(DEFAULT_LOOKS.decisions, description="Of people's decisions.", examples=[0.02])
    approvals: Probability = Field(DEFAULT_LOOKS.approvals, description="Of automatic approvals.", examples=[0.005])
    rejections: Probability = Field(DEFAULT_LOOKS.rejections, description="Of automatic rejections.", examples=[0.02])

    def to_value(self) -> LookShares:
        """Return the shares."""
        return LookShares(self.decisions, self.approvals, self.rejections)


class ErrorBudgetBody(Body):
    """What you answer for; the thresholds follow from it and from what your people decided."""

    wrong_rejections: Share = Field(
        description="At most this share of the automatic rejections may be wrong: 0.005 is 1 in 200.", examples=[0.005]
    )
    published_abuse: Share = Field(
        description="At most this share of the comments that a person would reject may be published automatically: "
        "0.02 is 1 in 50.",
        examples=[0.02],
    )

    def to_value(self) -> ErrorBudget:
        """Return the budget."""
        return ErrorBudget(self.wrong_rejections, self.published_abuse)


Thresholds = Annotated[dict[Attribute, ThresholdBody], Field(max_length=20)]
Rules = Annotated[list[RuleBody], Field(max_length=100)]
ASKS = "This share of the comments is shown to a person because the model would learn most from them; 0 turns it off."
THRESHOLDS_OR_BUDGET: JsonDict = {
    "anyOf": [
        {"required": ["thresholds"], "properties": {"thresholds": {"type": "object"}}},
        {"required": ["error_budget"], "properties": {"error_budget": {"type": "object"}}},
    ]
}


class PolicyBody(Body):
    """A whole policy; it replaces the one in force."""

    model_config = ConfigDict(json_schema_extra=THRESHOLDS_OR_BUDGET)

    error_budget: ErrorBudgetBody | None = Field(
        None, description="While there is one, the thresholds are renewed from what people decide. null: they stay."
    )
    thresholds: Thresholds | None = Field(
        None,
        validate_default=True,
        description="Per attribute; an attribute left out never decides. Without them, they follow from the budget.",
        examples=[{"spam": {"review": 0.5, "reject": 0.95}}],
    )
    rules: Rules = Field(default_factory=list, description="Tried in this order.")
    looks: LookSharesBody = Field(
        default_factory=LookSharesBody, description="How much somebody looks at again, to know the error rates."
    )
    asks: AskShare = Field(0.0, description=ASKS, examples=[0.02])
    expected_version: Version | None = Field(
        None, description="Refuse with 409 when the policy in force has another version. `If-Match` does so with 412."
    )

    @field_validator("thresholds")
    @classmethod
    def _or_a_budget(cls, found: Thresholds | None, info: ValidationInfo) -> Thresholds | None:
        if found is None and info.data.get("error_budget") is None:
            raise ValueError("should be given, or an `error_budget` from which they follow")
        return found

    def to_value(self) -> Policy:
        """Return the policy; without thresholds where they are to follow from the budget."""
        return Policy(
            version=0,
            thresholds={name: threshold.to_value() for name, threshold in (self.thresholds or {}).items()},
            rules=tuple(rule.to_value() for rule in self.rules),
            looks=self.looks.to_value(),
            budget=self.error_budget.to_value() if self.error_budget else None,
            asks=self.asks,
        )


class PreviewBody(Body):
    """A draft of a policy, to be tried on past comments; what is left out is as it is in force."""

    error_budget: ErrorBudgetBody | None = Field(
        None, description="The thresholds that follow from it are proposed, and tried unless there are `thresholds`."
    )
    thresholds: Thresholds | None = Field(None, description="As in a policy.")
    rules: Rules | None = Field(None, description="As in a policy.")
    model: ModelVersion | None = Field(
        None, description="The version to score with; the site's champion when left out.", examples=["base-2"]
    )
    text: Text | None = Field(
        None, description="Only judge this text by the draft, instead of past comments.", examples=["Cheap watches!"]
    )

    def to_draft(self, in_force: Policy) -> Policy:
        """Return the policy in force with what this draft changes."""
        changes: dict[str, Any] = {}
        if self.thresholds is not None:
            changes["thresholds"] = {name: threshold.to_value() for name, threshold in self.thresholds.items()}
        if self.rules is not None:
            changes["rules"] = tuple(rule.to_value() for rule in self.rules)
        if self.error_budget is not None:
            changes["budget"] = self.error_budget.to_value()
        return replace(in_force, **changes)
