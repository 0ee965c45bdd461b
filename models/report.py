"""Show an evaluation as one HTML page with SVG drawn by hand: no script, no outside file."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

_STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:.5rem 0 2rem}
td,th{padding:.2rem .7rem;border-bottom:1px solid #ddd;text-align:right}
td:first-child,th:first-child{text-align:left}svg{margin:.5rem 1rem .5rem 0}figure{display:inline-block;margin:0}"""
_SIZE = 180


def page(found: Mapping[str, Any]) -> str:
    """Return the whole page for what `evaluate` found."""
    parts = [
        f"<h1>Model {escape(str(found['model']))}</h1>",
        _section("Heads", _table(found["heads"])),
        _section("Calibration", "".join(_curve(name, points) for name, points in found["curves"].items())),
        _section("Thresholds on the Jigsaw tenth", _named(found["thresholds"], "attribute")),
        _section("Spam", _pairs(_plain(found["spam"])) + _named(found["spam"]["cross_source"], "trained on")),
        _section("Disguises: recall at 1 % false positives", _bars(found["disguises"])),
        _section("Identity: false positives on neutral sentences", _bars(found["identity"]["false_positives_at_5"])),
        _section("Identity: AUCs after Borkan et al. 2019", _named(found["identity"]["borkan"], "group")),
        _section("Speed", _pairs(found["speed"])),
        _section("The scene", _named({name: _plain(part) for name, part in found["scene"].items()}, "class")),
    ]
    head = f"<!doctype html><html lang='en'><meta charset='utf-8'><title>Evaluation</title><style>{_STYLE}</style>"
    return head + "".join(parts) + "</html>\n"


def _section(title: str, body: str) -> str:
    return f"<h2>{escape(title)}</h2>{body}"


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not isinstance(value, dict | list)}


def _cell(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else escape(str(value))


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "<p>Not measured.</p>"
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row.values())}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _named(tables: Mapping[str, Mapping[str, Any]], title: str) -> str:
    return _table([{title: name, **table} for name, table in tables.items()])


def _pairs(values: Mapping[str, Any]) -> str:
    return _table([{"what": name.replace("_", " "), "value": value} for name, value in values.items()])


def _curve(name: str, points: Iterable[tuple[float, float]]) -> str:
    path = " ".join(f"{score * _SIZE:.1f},{(1 - share) * _SIZE:.1f}" for score, share in points)
    drawing = (
        f"<line x1='0' y1='{_SIZE}' x2='{_SIZE}' y2='0' stroke='#bbb'/>"
        f"<polyline points='{path}' fill='none' stroke='#06c' stroke-width='2'/>"
        f"<rect width='{_SIZE}' height='{_SIZE}' fill='none' stroke='#ddd'/>"
    )
    title = f"<figcaption>{escape(name)}</figcaption>"
    return f"<figure><svg width='{_SIZE}' height='{_SIZE}' role='img'>{drawing}</svg>{title}</figure>"


def _bars(values: Mapping[str, float]) -> str:
    shares = {name: value for name, value in values.items() if value <= 1}
    lines = [
        f"<text x='0' y='{20 * at + 14}' font-size='13'>{escape(name)}</text>"
        f"<rect x='130' y='{20 * at + 3}' width='{300 * value:.1f}' height='14' fill='#06c'/>"
        f"<text x='{136 + 300 * value:.1f}' y='{20 * at + 14}' font-size='13'>{value:.3f}</text>"
        for at, (name, value) in enumerate(shares.items())
    ]
    return f"<svg width='500' height='{20 * len(lines) + 4}' role='img'>{''.join(lines)}</svg>"
