"""Show an evaluation as one HTML page of findings, each over its drawing: no script, no outside file."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from models.drawing import Axis, bars, chart, dots, straight

_STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}
h2{margin:2.5rem 0 .3rem;font-size:1.2rem}p{max-width:48rem;margin:.2rem 0 .8rem;color:#555}
table{border-collapse:collapse;margin:.5rem 0;font-size:14px}
td,th{padding:.2rem .7rem;border-bottom:1px solid #ddd;text-align:right;font-variant-numeric:tabular-nums}
td:first-child,th:first-child{text-align:left}th{font-weight:600;vertical-align:bottom}
svg{max-width:100%;height:auto}figure{display:inline-block;margin:0 1.5rem 1rem 0;vertical-align:top}
figcaption{font-weight:600;margin-left:52px}"""
_FEW = 30


def page(found: Mapping[str, Any]) -> str:
    """Return the whole page for what `evaluate` found."""
    parts = [
        f"<h1>Model {escape(str(found['model']))}</h1>",
        _precision_recall(found["precision_recall"], found["heads"]),
        _calibration(found["reliability"], found["heads"]),
        _review_load(found["review_load"]),
        _slices(found["slices"]),
        _disguises(found["disguises"]),
        _groups(found["identity"]["false_positives_at_5"]),
        _section("Every head on every check", "", _table(found["heads"])),
        _section("Thresholds of the card on the main check", "", _named(found["thresholds"], "attribute")),
        _section("Groups named in the main check", "After Borkan et al. 2019.", _named(found["identity"]["borkan"])),
        _section("Contrasts", _CONTRASTS, _named(found["contrasts"], "kind")),
        _section("Spam", "", _table([_plain(found["spam"])]) + _named(found["spam"]["cross_source"], "trained on")),
        _section("The scene", "", _named({name: _plain(part) for name, part in found["scene"].items()}, "class")),
        _section("Speed", "", _table([found["speed"]])),
    ]
    head = f"<!doctype html><html lang='en'><meta charset='utf-8'><title>Evaluation</title><style>{_STYLE}</style>"
    return head + "".join(parts) + "</html>\n"


_CONTRASTS = (
    "Sentences that hurt and sentences that only sound like it, of frames, words and groups that training never saw: "
    "the share above the toxicity that 5 % of harmless comments exceed."
)


def _section(title: str, text: str, body: str) -> str:
    return f"<h2>{escape(title)}</h2>{f'<p>{escape(text)}</p>' if text else ''}{body}"


def _of_main_check(heads: Sequence[Mapping[str, Any]], figure: str) -> dict[str, float]:
    """Return one figure of each head where it is measured first: on the main check."""
    return {row["attribute"]: row[figure] for row in reversed(heads)}


def _precision_recall(curves: Mapping[str, Sequence[tuple[float, float]]], heads: Sequence[Mapping[str, Any]]) -> str:
    if not curves:
        return ""
    average = {name: value for name, value in _of_main_check(heads, "average_precision").items() if name in curves}
    best, worst = max(average, key=lambda name: average[name]), min(average, key=lambda name: average[name])
    title = (
        f"Average precision is {average[best]:.2f} for {_words(best)}, only {average[worst]:.2f} for {_words(worst)}"
    )
    return _section(title, "", chart(Axis("recall"), Axis("precision"), curves))


def _calibration(curves: Mapping[str, Sequence[Mapping[str, float]]], heads: Sequence[Mapping[str, Any]]) -> str:
    errors = {name: value for name, value in _of_main_check(heads, "calibration_error").items() if name in curves}
    if not errors:
        return ""
    worst = max(errors, key=lambda name: errors[name])
    title = f"Probabilities can be believed: the worst head, {_words(worst)}, is off by {errors[worst]:.1%} on average"
    text = f"Each dot says how many comments it stands for; dots of fewer than {_FEW} are left out."
    return _section(title, text, "".join(_calibration_chart(name, points) for name, points in curves.items()))


def _calibration_chart(name: str, points: Sequence[Mapping[str, float]]) -> str:
    x, y = Axis("score"), Axis("share that is abuse")
    shown = [(point["score"], point["share"], f"{point['comments']:,.0f}") for point in points]
    shown = [dot for dot, point in zip(shown, points, strict=True) if point["comments"] >= _FEW]
    path = [(score, share) for score, share, _ in shown]
    body = chart(x, y, {name: path}, straight(x, y, (0, 0), (1, 1)) + dots(x, y, shown))
    return f"<figure><figcaption>{escape(_words(name))}</figcaption>{body}</figure>"


def _review_load(points: Sequence[Mapping[str, float]]) -> str:
    if not points:
        return ""
    tenth = min(points, key=lambda point: abs(point["reviewed"] - 0.1))
    title = f"Reviewing {tenth['reviewed']:.0%} of the comments leaves {tenth['missed']:.1%} of the abuse approved"
    text = "Toxicity on the main check, for each threshold of review below the card's threshold of rejection."
    x, y = Axis("threshold of review"), Axis("share", 0, 0.4)
    lines = {
        "of all, reviewed": [(point["review"], point["reviewed"]) for point in points],
        "of the abuse, approved": [(point["review"], point["missed"]) for point in points],
    }
    load = [(point["reviewed"], point["missed"]) for point in points]
    trade = chart(Axis("reviewed, of all comments", 0, 0.4), Axis("approved, of the abuse", 0, 0.4), {"trade": load})
    return _section(title, text, f"<figure>{chart(x, y, lines)}</figure><figure>{trade}</figure>")


def _slices(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    worst = max(rows, key=lambda row: row["false_positives"])
    title = f"False alarms are most frequent where a comment “{worst['slice']}”: {worst['false_positives']:.1%}, not 5%"
    shares = {row["slice"]: row["false_positives"] for row in rows}
    axis = Axis("false positives", 0, max(shares.values()))
    text = "False positives at the toxicity that 5 % of all harmless comments exceed."
    return _section(title, text, f"<figure>{bars(shares, axis)}</figure>{_table(rows)}")


def _disguises(recalls: Mapping[str, float]) -> str:
    shares = {_words(name): value for name, value in recalls.items() if name != "comments"}
    hardest = min(shares, key=lambda name: shares[name])
    title = f"Hiding a swear word hardly helps: {shares['clean']:.0%} found plain, {shares[hardest]:.0%} {hardest}"
    text = f"Share of {recalls['comments']:,.0f} abusive comments found at 1 % false positives."
    return _section(title, text, bars(shares, Axis("recall")))


def _groups(shares: Mapping[str, float]) -> str:
    named = {name: value for name, value in shares.items() if value > 0 and name != "all"}
    none = len(shares) - 1 - len(named)
    title = f"Naming a group says nothing: {shares['all']:.1%} of neutral sentences are flagged, none for {none} groups"
    text = "False positives on neutral sentences at the toxicity that 5 % of harmless comments exceed."
    return _section(title, text, bars({"all": shares["all"]} | named, Axis("false positives", 0, 0.2)))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not isinstance(value, dict | list)}


def _cell(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else escape(str(value))


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "<p>Not measured.</p>"
    head = "".join(f"<th>{escape(_words(name))}</th>" for name in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row.values())}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _named(tables: Mapping[str, Mapping[str, Any]], title: str = "group") -> str:
    return _table([{title: name, **table} for name, table in tables.items()])
