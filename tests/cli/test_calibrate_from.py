"""Thresholds of another service become those here that stop the same comments, and the differences can be read."""

import hashlib
import json
import random
import stat
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from models.classifier import ATTRIBUTES, Scores
from models.delta import Delta, pack
from service.cli import calibrate
from service.learning import SiteModel
from service.moderation.carry_over import matches
from service.moderation.policy import DEFAULT_POLICY
from service.store.connect import connect

SITE = "gazette"


class Reading:
    """A scorer to whom each text says its own scores: `toxicity 0.25`."""

    version = "fake-1"
    attributes = ATTRIBUTES

    def score(self, texts, contexts=None):
        rows = np.full((len(texts), len(ATTRIBUTES)), 0.01)
        for row, text in zip(rows, texts, strict=True):
            name, score, *_ = text.split()
            row[ATTRIBUTES.index(name)] = float(score)
        return Scores(ATTRIBUTES, rows)

    def adapted(self, delta):
        raise AssertionError("no model of the site's own was saved")


@pytest.fixture
def site(parley, monkeypatch):
    monkeypatch.setattr(calibrate.Classifier, "load", lambda _path: Reading())
    parley("sites", "create", SITE)
    return SITE


@pytest.fixture
def log(tmp_path: Path):
    def written(lines: list[object], name: str = "log.jsonl") -> str:
        path = tmp_path / name
        path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        return str(path)

    return written


def halved(count: int = 400, name: str = "TOXICITY") -> list[object]:
    """Return texts whose score here is half of that there."""
    return [
        {"text": f"toxicity {n / count / 2:.4f} of comment {n}", "scores": {name: n / count}} for n in range(1, count)
    ]


def table(result) -> list[dict[str, str]]:
    return [dict(zip(calibrate.COLUMNS, line.split("\t"), strict=True)) for line in result.stdout.splitlines()]


def test_a_threshold_is_found_again(parley, site, log):
    result = parley("calibrate-from", log(halved()), site, "--at", "TOXICITY=0.8")
    assert result.exit_code == 0, result.output
    share, best = table(result)
    for row in (share, best):
        assert (row["there"], row["here"], row["limit"]) == ("TOXICITY=0.8", "toxicity", "0.4000")
        assert (row["stopped"], row["agree"], row["kappa"]) == ("80", "1.000", "1.00")
        assert (row["newly"], row["no longer"]) == ("0", "0")


def test_perspectives_own_answers_are_read(parley, site, log):
    lines = [
        {
            "comment": {"text": one["text"]},
            "attributeScores": {
                "TOXICITY": {"summaryScore": {"value": one["scores"]["TOXICITY"], "type": "PROBABILITY"}}
            },
            "languages": ["en"],
        }
        for one in halved()
    ]
    wrapped = [{"request": {"comment": line["comment"]}, "response": line} for line in lines]
    for each in (lines, wrapped):
        assert {row["limit"] for row in table(parley("calibrate-from", log(each), site, "--at", "TOXICITY=0.6"))} == {
            "0.3000"
        }


def test_without_thresholds_usual_ones_are_told(parley, site, log):
    rows = table(parley("calibrate-from", log(halved()), site))
    assert [row["limit"] for row in rows if row["by"] == "share"] == [
        *("0.2500", "0.3000", "0.3500", "0.4000", "0.4500")
    ]


def test_akismets_verdicts_are_matched_with_spam(parley, site, log):
    lines = [{"text": f"spam {n / 100:.2f} comment", "akismet": n >= 70} for n in range(100)]
    share, best = table(parley("calibrate-from", log(lines), site))
    assert (share["there"], share["here"], share["limit"], best["kappa"]) == ("akismet", "spam", "0.7000", "1.00")


def test_whose_words_a_log_keeps_can_be_said(parley, site, log):
    both = [{"text": f"spam {n / 100:.2f}", "akismet": n > 49, "scores": {"SPAM": n / 100}} for n in range(100)]
    path = log(both)
    by_akismet = table(parley("calibrate-from", path, site, "--format", "akismet"))
    by_perspective = table(parley("calibrate-from", path, site, "--format", "perspective", "--at", "SPAM=0.7"))
    assert (by_akismet[0]["there"], by_perspective[0]["there"]) == ("akismet", "SPAM=0.7")


@pytest.mark.parametrize("word", ["true", "spam", True])
def test_akismets_words_are_known(parley, site, log, word):
    lines = [{"text": f"spam {n / 100:.2f}", "akismet": word if n > 49 else "false"} for n in range(100)]
    assert table(parley("calibrate-from", log(lines), site))[0]["stopped"] == "50"


def test_comments_that_change_side_are_listed_for_their_owner_alone(parley, site, log, tmp_path):
    lines = [*halved(), {"id": "odd", "text": "toxicity 0.9 but fine there", "scores": {"TOXICITY": 0.1}}]
    target = tmp_path / "changes.jsonl"
    result = parley("calibrate-from", log(lines), site, "--at", "TOXICITY=0.8", "--changes", str(target))
    assert table(result)[1]["newly"] == "1"
    [change] = [json.loads(line) for line in target.read_text().splitlines()]
    assert change == {
        "line": 400,
        "id": "odd",
        "threshold": "TOXICITY=0.8",
        "there": {"stopped": False, "score": 0.1},
        "here": {"stopped": True, "score": 0.9, "threshold": 0.4},
        "text": "toxicity 0.9 but fine there",
    }
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_every_change_that_the_table_counts_is_listed(parley, site, log, tmp_path):
    dice, target = random.Random(1), tmp_path / "changes.jsonl"
    lines = [{"text": f"toxicity {dice.random():.2f} c", "scores": {"TOXICITY": dice.random()}} for _ in range(300)]
    lines += [{"text": "toxicity 0.99 c", "scores": {"SPAM": 0.1}}]
    rows = table(parley("calibrate-from", log(lines), site, "--at", "TOXICITY=0.7", "--changes", str(target)))
    [best] = [row for row in rows if row["by"] == "best"]
    assert len(target.read_text().splitlines()) == int(best["newly"]) + int(best["no longer"]) > 0


@pytest.mark.parametrize(
    ("options", "threshold"),
    [
        ((), {"review": 0.4, "reject": 0.93}),
        (("--as", "reject"), {"review": 0.17, "reject": 0.4}),
        (("--at", "TOXICITY=0.5"), {"review": 0.25, "reject": 0.4}),
    ],
)
def test_a_policy_is_written_that_can_be_set(parley, site, log, tmp_path, options, threshold):
    target = str(tmp_path / "policy.json")
    parley("calibrate-from", log(halved()), site, "--at", "TOXICITY=0.8", "--policy", target, *options)
    assert parley("policy", "set", site, target).exit_code == 0
    in_force = json.loads(parley("policy", "show", site).stdout)
    assert in_force["thresholds"]["toxicity"] == threshold
    assert in_force["thresholds"]["threat"] == asdict(DEFAULT_POLICY.thresholds["threat"])
    assert in_force["rules"], "rules stay as they were"


def test_a_name_that_stands_for_two_attributes_takes_the_higher(parley, site, log):
    lines = [
        {"text": f"{'spam' if n % 2 else 'toxicity'} {n / 100:.2f} c", "scores": {"LIKELY_TO_REJECT": n / 100}}
        for n in range(100)
    ]
    share, _ = table(parley("calibrate-from", log(lines), site, "--at", "likely_to_reject=0.6"))
    assert (share["here"], share["limit"], share["kappa"]) == ("toxicity or spam", "0.6000", "1.00")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--at", "CHARM=0.5"), "Nothing here stands for 'CHARM'"),
        (("--at", "INSULT=0.5"), "The log has no scores of 'INSULT'; it has TOXICITY."),
        (("--at", "TOXICITY=0.9999"), "TOXICITY=0.9999 stops none of the comments"),
        (("--at", "TOXICITY=0.001"), "TOXICITY=0.001 stops all of the comments"),
        (("--policy", "p.json"), "Say with --at which thresholds"),
    ],
)
def test_what_cannot_be_carried_over_is_told_in_one_line(parley, site, log, words, said):
    result = parley("calibrate-from", log(halved()), site, *words)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert said in result.stderr


@pytest.mark.parametrize("at", ["TOXICITY", "TOXICITY=high", "TOXICITY=7", "=nan"])
def test_a_threshold_that_is_none_is_refused(parley, site, log, at):
    assert parley("calibrate-from", log(halved()), site, "--at", at).exit_code == 2


def test_lines_that_cannot_be_read_are_told_and_left_out(parley, site, log):
    lines = ["oops secret", {"text": "", "scores": {"TOXICITY": 1}}, {"text": "toxicity 1"}, *halved()]
    result = parley("calibrate-from", log(lines), site, "--at", "TOXICITY=0.8")
    assert result.exit_code == 1
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == [
        *("log.jsonl line 1", "log.jsonl line 2", "log.jsonl line 3", "Error")
    ]
    assert "secret" not in result.stderr
    assert table(result)[0]["stopped"] == "80"


def test_a_log_without_scores_is_told(parley, site, log):
    assert "holds no text with a score" in parley("calibrate-from", log([]), site).stderr


def test_the_best_match_is_the_one_that_trying_all_finds():
    dice = np.random.default_rng(7)
    ours = dice.random(200).round(2)
    theirs = (ours + dice.normal(0, 0.3, 200)) > 0.7
    share, best = matches(theirs, ours)

    def kappa(threshold: float) -> float:
        here = ours >= threshold
        agreed, chance = np.mean(here == theirs), np.mean(here) * np.mean(theirs) + np.mean(~here) * np.mean(~theirs)
        return (agreed - chance) / (1 - chance)

    tried = {threshold: kappa(threshold) for threshold in np.unique(ours)}
    assert best.kappa == pytest.approx(max(tried.values()))
    assert tried[best.threshold] == pytest.approx(best.kappa)
    excess = {threshold: abs(int((ours >= threshold).sum()) - int(theirs.sum())) for threshold in np.unique(ours)}
    assert excess[share.threshold] == min(excess.values())
    assert best.agreement == pytest.approx(float(np.mean((ours >= best.threshold) == theirs)))
    assert best.newly == int(((ours >= best.threshold) & ~theirs).sum())


def test_the_sites_own_model_scores(parley, site, log, settings, monkeypatch):
    class Own(Reading):
        def score(self, texts, contexts=None):
            return Scores(ATTRIBUTES, super().score(texts).values + 0.25)

    adapted = []
    monkeypatch.setattr(Reading, "adapted", lambda _self, delta: adapted.append(delta.version) or Own())
    packed = pack(Delta("fake-1.1", "fake-1", {}, {}))
    sha256 = hashlib.sha256(packed).hexdigest()
    store = connect(settings)
    model = SiteModel("fake-1.1", "fake-1", datetime.now(UTC), "me", 0, len(packed), sha256)
    store.models.save(site, model, packed, [])
    store.models.promote(site, "fake-1.1", "me")
    store.close()
    assert table(parley("calibrate-from", log(halved()), site, "--at", "TOXICITY=0.8"))[0]["limit"] == "0.6500"
    assert adapted == ["fake-1.1"]
