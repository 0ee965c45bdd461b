"""`/admin/log`: what happened, newest first, filtered, by page and as CSV."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest

from service.moderation import history
from service.moderation.history import Question
from service.store import lua
from service.web.admin import log
from tests.web.comments import assessment, comment
from tests.web.conftest import OTHER_SITE, SITE, words

SCRIPTS = Path(lua.__file__).parent / "scripts"


@pytest.fixture
def busy(desk):
    desk.store.comments.submit(SITE, [(comment(number), assessment(insult=0.6)) for number in (1, 2)])
    for number in range(120):
        desk.store.events.append(SITE, "key_created", f"user:u{number % 2}", key=f"k_{number}")


def rows(response) -> list[list[str]]:
    return list(csv.reader(StringIO(response.get_data(as_text=True))))


def test_moderators_do_not_read_the_log(moderator):
    assert moderator.get("/admin/log").status_code == 403
    assert moderator.get("/admin/log.csv").status_code == 403


def test_the_newest_comes_first_and_pages_lead_to_the_oldest(lead, desk, busy):
    seen, before = [], None
    for _ in range(4):
        found = history.lines(desk, SITE, Question(type="key_created", before=before))
        seen += [event.detail["key"] for event in found.events]
        before = found.before
        if before is None:
            break
    assert seen == [f"k_{number}" for number in reversed(range(120))]
    page = lead.get("/admin/log?type=key_created").get_data(as_text=True)
    assert page.index("k_119") < page.index("k_118")
    assert "k_60" not in page
    assert 'rel="next"' in page


@pytest.mark.parametrize(
    ("question", "count"),
    [("type=received", 2), ("by=user:u1&type=key_created", 60), ("comment=c-1", 1), ("since=2999-01-01", 0)],
)
def test_filters_leave_the_rest_out(lead, busy, question, count):
    assert len(rows(lead.get(f"/admin/log.csv?{question}"))) == count + 1


def test_a_day_begins_and_ends_in_utc(desk, busy):
    [received] = history.lines(desk, SITE, Question(comment="c-1")).events
    same = Question(type="received", since=received.at, until=received.at)
    assert "c-1" in [event.comment for event in history.lines(desk, SITE, same).events]


def test_a_cell_is_never_a_formula(lead, desk):
    desk.store.events.append(SITE, "key_created", "=cmd()", key="k")
    [_, line] = rows(lead.get("/admin/log.csv?type=key_created"))
    assert line[3] == "'=cmd()"


def test_another_sites_log_is_not_read(lead, desk):
    desk.store.events.append(OTHER_SITE, "key_created", "user:eve", key="k_other")
    assert "k_other" not in words(lead.get("/admin/log"))
    assert lead.get(f"/admin/log?site={OTHER_SITE}").status_code == 404
    assert lead.get(f"/admin/log.csv?site={OTHER_SITE}").status_code == 404


@pytest.mark.parametrize(
    "query", ["before=x", "since=yesterday", "until=0001-01-01", "type=%00", "comment=%F0%9F%92%A9"]
)
def test_odd_questions_are_answered(lead, busy, query):
    assert lead.get(f"/admin/log?{query}").status_code == 200


def test_every_event_that_a_script_writes_can_be_asked_for():
    scripts = "\n".join(path.read_text() for path in SCRIPTS.glob("*.lua"))
    written = set(re.findall(r"(?:(?:move|record)\(comment, id|log\('[^']*'|'e'), '(\w+)'", scripts))
    assert len(written) > 20
    assert written <= set(" ".join(log.TYPES.values()).split())
