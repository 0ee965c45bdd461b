"""A policy as people type it: fields of text, and from them a draft, or what is wrong with each field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from models.attributes import ATTRIBUTES
from service.moderation import rules
from service.shares import LookShares
from service.tenancy import ErrorBudget, Policy, Rule, Threshold
from service.values import Verdict

BY_BUDGET, BY_HAND = "budget", "hand"
LOOKS = {
    "decisions": "decisions of people",
    "approvals": "automatic approvals",
    "rejections": "automatic rejections",
}
FIELDS = {
    "text": "The text",
    "links": "Links in the text",
    "repeats": "The same text within a day",
    "honeypot": "The hidden field",
    "author.id": "The author's id",
    "author.name": "The author's name",
    "author.email": "The author's e-mail",
    "author.url": "The author's site",
    "author.ip": "The author's address",
}
MATCHES = {
    "contains": "has the words",
    "equals": "is exactly",
    "pattern": "fits the pattern",
    "domain": "is or links to the domain",
    "network": "is in the network",
    "at_least": "come at least so often",
    "filled": "is filled in",
}
MOST_RULES, MOST_VALUES, MOST_NAME_CHARS, MOST_VALUE_CHARS = 100, 200, 100, 500
MOST_IN = 100_000
PARTS = ("name", "test", "values", "verdict")  # of a rule
USUAL_IN = {"rejections": "200", "approvals": "50"}

Typed = Mapping[str, str]


@dataclass(slots=True)
class Read:
    """What was read from the fields: problems by field, in the order of the page."""

    problems: dict[str, str] = field(default_factory=dict)

    def number(self, typed: Typed, name: str, low: float, high: float, otherwise: float = 0.0) -> float:
        """Return the number in a field; notes what is none, or lies outside `low` to `high`."""
        try:
            found = float(typed.get(name, "").replace(",", "."))
        except ValueError:
            found = low - 1
        if low <= found <= high:
            return found
        self.problems[name] = f"should be a number from {low:g} to {high:,g}"
        return otherwise


def tests() -> list[tuple[str, str]]:
    """Return every test that a rule can make, as the value of an option and how it reads."""
    pairs = [(name, match) for name in FIELDS for match, test in rules.TESTS.items() if name in test.fields]
    return [(f"{name} {match}", f"{FIELDS[name]} {MATCHES[match]}") for name, match in pairs]


def typed_of(policy: Policy) -> dict[str, str]:
    """Return a policy as it would be typed."""
    budget = policy.budget
    return {
        "mode": BY_BUDGET if budget else BY_HAND,
        "in-rejections": _in(budget.rejections) if budget else USUAL_IN["rejections"],
        "in-approvals": _in(budget.approvals) if budget else USUAL_IN["approvals"],
        **dict(_typed_thresholds(policy)),
        **{f"looks-{name}": _percent(getattr(policy.looks, name)) for name in LOOKS},
        "asks": _percent(policy.asks),
        **dict(_typed_rules(policy.rules)),
        "rules": str(len(policy.rules)),
    }


def read(typed: Typed) -> tuple[Policy, dict[str, str]]:
    """Return the draft of compacted fields and what is wrong by field; with anything wrong the draft is of no use.

    The thresholds are those that were typed, also where they are to follow from a budget.
    """
    found = Read()
    draft = Policy(
        version=0,
        budget=_budget(typed, found) if typed.get("mode") == BY_BUDGET else None,
        thresholds=dict(_thresholds(typed, found)),
        looks=LookShares(*(found.number(typed, f"looks-{name}", 0, 100) / 100 for name in LOOKS)),
        asks=found.number(typed, "asks", 0, 50) / 100,
        rules=tuple(_rules(typed, found)),
    )
    return draft, found.problems


def sentence(name: str, problem: str) -> str:
    """Say what is wrong with a field, naming it as the page does."""
    kind, _, rest = name.partition("-")
    named = {
        "in": "“1 in …”",
        "looks": f"“% of {LOOKS.get(rest, rest)}”",
        "asks": "“% of comments, to learn from”",
        "rule": f"Rule {int(rest.partition('-')[0]) + 1}" if kind == "rule" else "",
    }
    return f"{named.get(kind) or _limit(kind, rest)} {problem}."


def _limit(kind: str, attribute: str) -> str:
    return f"“{kind.capitalize()} from” of {attribute.replace('_', ' ')}"


def _budget(typed: Typed, found: Read) -> ErrorBudget:
    return ErrorBudget(*(1 / found.number(typed, f"in-{name}", 2, MOST_IN, 2) for name in USUAL_IN))


def _thresholds(typed: Typed, found: Read) -> Iterator[tuple[str, Threshold]]:
    """Yield what is typed; an attribute with two empty fields never decides."""
    for attribute in ATTRIBUTES:
        names = (f"review-{attribute}", f"reject-{attribute}")
        if not any(typed.get(name, "").strip() for name in names):
            continue
        review, reject = (found.number(typed, name, 0, 1) for name in names)
        if reject < review and not found.problems.keys() & set(names):
            found.problems[names[1]] = "should not be below the limit for review"
        yield attribute, Threshold(review, reject)


def _rules(typed: Typed, found: Read) -> Iterator[Rule]:
    for at in range(rule_count(typed)):
        told = {part: typed.get(f"rule-{at}-{part}", "").strip() for part in PARTS}
        name, _, match = told["test"].partition(" ")
        values = tuple(line.strip() for line in told["values"].splitlines() if line.strip())
        problem = _fault(told, name, match, values)
        if problem:
            found.problems[f"rule-{at}-name"] = problem
            continue
        yield Rule(told["name"], name, match, values, Verdict(told["verdict"]))


def _fault(told: Typed, name: str, match: str, values: tuple[str, ...]) -> str | None:
    if not 0 < len(told["name"]) <= MOST_NAME_CHARS or "\0" in told["name"]:
        return f"should have a name of up to {MOST_NAME_CHARS} characters"
    if match not in rules.TESTS or told["verdict"] not in list(Verdict):
        return "should say what is looked for and what follows"
    if len(values) > MOST_VALUES or any(len(value) > MOST_VALUE_CHARS or "\0" in value for value in values):
        return f"should have up to {MOST_VALUES} lines of up to {MOST_VALUE_CHARS} characters"
    fault = rules.fault(name, match, values)
    return f"should {fault}" if fault else None


def compacted(typed: Typed) -> dict[str, str]:
    """Return the fields without the rules that are empty or to be removed; the others move up."""
    kept = {name: value for name, value in typed.items() if not name.startswith("rule-")}
    rows = [{part: typed.get(f"rule-{at}-{part}", "") for part in PARTS} for at in range(rule_count(typed))]
    gone = [f"rule-{at}-gone" in typed for at in range(len(rows))]
    left = [
        row for row, is_gone in zip(rows, gone, strict=True) if not is_gone and (row["name"] or row["values"]).strip()
    ]
    for at, row in enumerate(left):
        kept |= {f"rule-{at}-{part}": value for part, value in row.items()}
    return kept | {"rules": str(len(left))}


def rule_count(typed: Typed) -> int:
    """Return how many rules were typed, empty ones among them."""
    told = typed.get("rules", "")
    return min(int(told), MOST_RULES) if told.isascii() and told.isdigit() and len(told) < 5 else 0


def _typed_thresholds(policy: Policy) -> Iterator[tuple[str, str]]:
    for attribute in ATTRIBUTES:
        limits = policy.thresholds.get(attribute)
        yield f"review-{attribute}", f"{limits.review:g}" if limits else ""
        yield f"reject-{attribute}", f"{limits.reject:g}" if limits else ""


def _typed_rules(kept: tuple[Rule, ...]) -> Iterator[tuple[str, str]]:
    for at, rule in enumerate(kept):
        yield f"rule-{at}-name", rule.name
        yield f"rule-{at}-test", f"{rule.field} {rule.match}"
        yield f"rule-{at}-values", "\n".join(rule.values)
        yield f"rule-{at}-verdict", rule.verdict


def _in(share: float) -> str:
    return f"{1 / share:.6g}"


def _percent(share: float) -> str:
    return f"{share * 100:.6g}"
