"""What measures and their differences are called on the pages."""

from service.learning import Drift, Figure, Job, JobState, Level
from service.web import words

STATES = {
    JobState.QUEUED: "waits for a worker",
    JobState.RUNNING: "is under way",
    JobState.DONE: "is done",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "was cancelled",
}
LEVELS = {
    Level.UNKNOWN: "too few comments to tell",
    Level.CALM: "as before",
    Level.WATCH: "moved; keep an eye on it",
    Level.ALARM: "moved far: retrain, or look what changed",
}

NAMES = {
    "auc": "Ranking (AUC)",
    "recall_at_1": "Found at 1 % false alarms",
    "recall_at_5": "Found at 5 % false alarms",
    "log_loss": "Log loss",
    "calibration_error": "Calibration error",
    "false_positives": "Good comments held back",
    "missed": "Bad comments let through",
    "reviewed": "Share left to people",
}
LESS_IS_BETTER = frozenset({"log_loss", "calibration_error", "false_positives", "missed", "reviewed"})


def number(value: float | None) -> str:
    """Write a measure with three decimals; small ones with as many as tell them apart from 0."""
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) >= 0.001 or value == 0 else f"{value:.1g}"


def named(figure: Figure) -> str:
    """Name a measure."""
    return NAMES.get(figure.name, figure.name.replace("_", " "))


def difference(figure: Figure) -> str:
    """Write by how much the challenger differs from the champion, as an interval."""
    if figure.low is None or figure.high is None:
        return "–"
    return f"{figure.low:+.3f} to {figure.high:+.3f}"


def finding(figure: Figure) -> str:
    """Say in a word whether the challenger is better beyond its interval."""
    if figure.low is None or figure.high is None:
        return "cannot be told"
    if figure.low <= 0 <= figure.high:
        return "no clear difference"
    return "better" if (figure.low > 0) != (figure.name in LESS_IS_BETTER) else "worse"


def progress(job: Job) -> str:
    """Say how far a retraining is."""
    left = f", about {words.age(max(job.seconds_left, 1))} left" if job.seconds_left is not None else ""
    return f"{job.share * 100:.0f} %{left}"


def drift(one: Drift) -> str:
    """Name what is watched for drift."""
    if one.what == "scores":
        return f"Scores of {(one.attribute or '').replace('_', ' ')}"
    return "Words that the base never met" if one.what == "unseen" else "Automatic verdicts that were changed"


def size(size_bytes: int) -> str:
    """Write a size in its unit."""
    return f"{size_bytes / 1000:,.0f} kB" if size_bytes >= 1000 else f"{size_bytes} bytes"
