"""What tells comments apart that came as Akismet's clients send them, on their way in and out."""

PREFIX = "akismet-"


def comment_id(guid: str) -> str:
    """Return the id of the comment that WordPress knows by `guid`."""
    return PREFIX + guid


def guid_of(comment_id: str) -> str | None:
    """Return the name under which WordPress knows a comment; None when it came another way."""
    return comment_id.removeprefix(PREFIX) if comment_id.startswith(PREFIX) else None
