"""A statement of reasons as plain text, for a mail or a page."""

from service.moderation.statement import FULLY, NOT_AUTOMATED, PARTIALLY, Statement

DETECTION = {
    "Yes": "Automated means pointed to it.",
    "No": "No automated means pointed to it.",
    None: "Parley does not know what pointed to it.",
}
DECISION = {
    FULLY: "The decision was automated.",
    PARTIALLY: "A person decided on a nearly identical comment; this one followed automatically.",
    NOT_AUTOMATED: "A person decided.",
    None: "The site decided; Parley does not know how.",
}


def as_text(statement: Statement) -> str:
    """Return the statement in short sections, each with its heading."""
    ground = statement.incompatible_content_ground or "No ground was noted. Ask the site for it."
    return (
        "\n\n".join(
            f"{heading}\n{body}"
            for heading, body in (
                ("STATEMENT OF REASONS", f"Comment {statement.comment}, decision {statement.puid}"),
                ("What was decided", f"{statement.scope} {statement.duration}"),
                ("Facts", statement.decision_facts),
                ("Ground", "\n".join(filter(None, (ground, statement.incompatible_content_explanation)))),
                ("Automation", automation(statement)),
                ("How to object", "\n".join(filter(None, (statement.redress.explanation, statement.redress.url)))),
            )
        )
        + "\n"
    )


def automation(statement: Statement) -> str:
    """Say in two sentences what machines had to do with it."""
    return f"{DETECTION[statement.automated_detection]} {DECISION[statement.automated_decision]}"
