import orjson
import pytest

from service.store.connect import connect
from service.values import Verdict
from tests.store.scenes import assessed, comment


@pytest.fixture
def store(raw, settings):
    connected = connect(settings)
    yield connected
    connected.close()


def test_every_rejection_that_stands_is_one_json_line(parley, store):
    store.sites.create("courier")
    entries = [(comment(one), assessed(Verdict.REJECT)) for one in ("c-1", "c-2")]
    store.comments.submit("courier", [*entries, (comment("c-3"), assessed(Verdict.APPROVE))])
    exported = parley("statements", "export", "courier")
    assert exported.exit_code == 0
    lines = [orjson.loads(line) for line in exported.stdout.splitlines()]
    assert [line["comment"] for line in lines] == ["c-1", "c-2"]
    assert lines[0]["automated_decision"] == "AUTOMATED_DECISION_FULLY"


def test_an_unknown_site_is_named(parley):
    exported = parley("statements", "export", "nowhere")
    assert exported.exit_code == 1
    assert "no site 'nowhere'" in exported.stderr
