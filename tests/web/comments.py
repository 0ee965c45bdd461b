"""Comments as a site sends them, and what the model says of them; told in few words."""

from typing import Any

from service.values import Article, Assessment, Author, Comment, Reason, Verdict


def assessment(verdict: Verdict = Verdict.REVIEW, risk: float = 0.5, **scores: float) -> Assessment:
    """Say what reached a limit, by attribute."""
    reasons = tuple(
        Reason("score", f"{name.capitalize()} {score:.2f} reaches the limit for review, 0.20.", name, score, 0.2)
        for name, score in scores.items()
    )
    return Assessment(verdict, scores, reasons, "base-1", 3, risk)


def comment(number: int, text: str = "", **more: Any) -> Comment:
    """Return comment `c-<number>`."""
    author = more.pop("author", Author(id=f"u-{number % 3}", name=f"Reader {number % 3}"))
    article = Article(id="a-1", url="https://news.example/bridge", title="A bridge reopens after thirty years")
    return Comment(
        f"c-{number}", text or f"You are a fool, and this is remark number {number}.", author, article, **more
    )
