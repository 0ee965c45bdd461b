"""What POST /v1/comments may cost, and that all web processes count together."""

import os
import subprocess
import sys
from pathlib import Path

MANY_PROCESSES = """
import os
from prometheus_client.parser import text_string_to_metric_families
from service.app import build
from service.moderation.desk import Desk
from service.settings import Settings
from service.store.connect import connect
from tests.fakes import FakeScorer

settings = Settings()
app = build(Desk(connect(settings), FakeScorer(), settings))
for _ in range(2):
    if os.fork() == 0:
        app.test_client().get("/healthz")
        os._exit(0)
    os.wait()
text = app.test_client().get("/metrics").get_data(as_text=True)
samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
print(sum(s.value for s in samples if s.name == "parley_request_seconds_count" and s.labels["route"] == "/healthz"))
print([s.value for s in samples if s.name == "parley_store_up"])
"""


def reads(raw) -> int:
    """Count how often the server has read from a client; pipelined commands are read at once."""
    return int(raw.info("stats")["total_reads_processed"])


def test_taking_a_comment_is_one_round_trip(platform, raw):
    platform.post("/v1/comments", {"id": "warm", "text": "Key and policy are fetched."})
    before = reads(raw)

    platform.post("/v1/comments", {"id": "c-1", "text": "Now they are known."})

    assert reads(raw) - before == 2  # one of them is ours, to ask


def test_a_batch_is_one_round_trip_too(platform, raw):
    platform.post("/v1/comments", {"id": "warm", "text": "Key and policy are fetched."})
    before = reads(raw)

    platform.post("/v1/comments/batch", {"comments": [{"id": f"c-{i}", "text": "Short."} for i in range(8)]})

    assert reads(raw) - before == 2


def test_the_counters_of_all_web_processes_are_shown_together(redis_url, tmp_path):
    environment = {
        **os.environ,
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "REDIS_URL": redis_url,
        "PARLEY_SECRET": "s" * 32,
    }

    run = subprocess.run(
        [sys.executable, "-c", MANY_PROCESSES],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert run.stdout.split("\n")[:2] == ["2.0", "[1.0]"], run.stderr
