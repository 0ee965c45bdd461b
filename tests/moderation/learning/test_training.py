import time

import numpy as np
import pytest
from structlog.testing import capture_logs

from models.delta import unpack
from models.second.opinion import Heard
from models.second.own import Ears
from service.errors import Conflict, StoreFull
from service.learning import JobState
from service.moderation.learning import anchors, lessons, retrain, training
from service.moderation.learning.hearing import ears_of
from service.values import Opinion
from tests.lessons import decided
from tests.moderation.learning.conftest import SITE


def test_a_challenger_is_measured_on_decisions_that_its_twin_never_saw(desk, trained, monkeypatch):
    seen = []
    adapt = training.adapt

    def noted(base, given, *rest):
        seen.append(given)
        return adapt(base, given, *rest)

    monkeypatch.setattr(training, "adapt", noted)
    decided(desk.store, SITE, 120)
    job = trained()
    assert job.state is JobState.DONE, job.problem
    held_to = set(anchors.sentences())
    twin, shipped = ({lesson.text for lesson in given} - held_to for given in seen)
    model = desk.store.models.get(SITE, job.version)
    assert len(shipped) == model.labels
    assert len(shipped - twin) == model.report.rows == round(lessons.HELD_OUT * model.labels)
    assert max(lesson.at for lesson in seen[0] if lesson.at) <= model.report.since
    assert {head.attribute: head.chosen for head in model.report.heads} == model.chosen
    assert {"adapted", "own"} & set(model.chosen.values())


def test_what_is_heard_in_sentences_is_learned_once_and_told(desk, base):
    ears = Ears(Hearing())
    decided(desk.store, SITE, 120)
    retrain.ask(desk, SITE, "test")
    training.run(desk, *desk.store.jobs.take_of(SITE, "worker-1"), base, ears)
    model = desk.store.models.get(SITE, retrain.current(desk, SITE).version)
    kept = unpack(desk.store.models.packed(SITE, model.version))
    assert model.sentences == tuple(kept.sentences) != ()
    assert {head.second for head in kept.sentences.values()} == {"second-told"}
    assert len(ears.opinion.heard) == len(set(ears.opinion.heard)) >= model.labels


def test_without_a_second_model_a_training_hears_nothing_and_says_why(desk, base, tmp_path):
    nowhere = desk.settings.model_copy(update={"second_model": tmp_path})
    with capture_logs() as logs:
        assert ears_of(nowhere, base) is None
    assert [line["event"] for line in logs] == ["training.hears_nothing"]
    assert ears_of(nowhere.model_copy(update={"second_opinion": "off"}), base) is None


TELLING = ("weedhead", "greenfly", "compost brain", "slug", "lumengrow")


class Hearing:
    """A second model without an opinion, whose embedding tells what the decisions go by."""

    version = "second-told"

    def __init__(self) -> None:
        self.heard = []

    def hear(self, texts):
        self.heard += texts
        told = np.array([[9 * any(word in text for word in TELLING), len(text) % 7] for text in texts], np.float32)
        return Heard(np.zeros((len(texts), 0), np.float32), told)

    def together(self, _attribute, chances, _logits):
        return chances


def test_every_label_learned_from_leads_to_the_model(desk, trained):
    decided(desk.store, SITE, 60)
    job = trained()
    assert desk.store.models.learned_from(SITE, "c-1-0") == [job.version]


@pytest.mark.parametrize(
    ("count", "seed", "said"),
    [(10, 1, "There are 10 labels to learn from; 40 are needed, so 30 more."), (0, 1, "There are 0 labels")],
)
def test_too_few_labels_end_it_with_a_sentence_that_says_how_many_more(desk, trained, count, seed, said):
    decided(desk.store, SITE, count, seed)
    job = trained()
    assert job.state is JobState.FAILED
    assert job.problem.startswith(said)
    assert desk.store.models.list(SITE) == []


def test_a_full_store_ends_it_with_a_sentence_and_nothing_is_kept(desk, trained, monkeypatch):
    def full(*_):
        raise StoreFull

    monkeypatch.setattr(type(desk.store.models), "save", full)
    decided(desk.store, SITE, 60)
    job = trained()
    assert (job.state, job.version) == (JobState.FAILED, None)
    assert "full" in job.problem
    assert desk.store.models.standing(SITE).challenger is None


def test_an_error_ends_it_without_a_word_of_any_comment(desk, trained, monkeypatch, capsys):
    def broken(*_):
        raise ValueError("We planted our roses behind the shed.")

    monkeypatch.setattr(training, "adapt", broken)
    decided(desk.store, SITE, 60)
    job = trained()
    assert job.problem == "It ended with an error (ValueError); the worker's log says where."
    assert "roses" not in capsys.readouterr().out


def test_a_cancelled_one_stops_within_a_step_and_is_not_promoted_by_half(desk, trained, monkeypatch):
    adapt, steps = training.adapt, []

    def cancelled(base, given, version, *rest):
        steps.append(version)
        assert retrain.cancel(desk, SITE, "test")
        time.sleep(1.2)  # until the next beat tells
        return adapt(base, given, version, *rest)

    monkeypatch.setattr(training, "adapt", cancelled)
    decided(desk.store, SITE, 60)
    assert trained().state is JobState.CANCELLED
    assert len(steps) == 1
    assert desk.store.models.list(SITE) == []


def test_one_retraining_at_a_time_on_a_site(desk):
    retrain.ask(desk, SITE, "ann")
    with pytest.raises(Conflict, match="under way"):
        retrain.ask(desk, SITE, "bob")
    assert retrain.cancel(desk, SITE, "bob")
    assert not retrain.cancel(desk, SITE, "bob")
    assert retrain.ask(desk, SITE, "bob").by == "bob"


def test_the_next_challenger_is_measured_on_what_the_champion_did_not_learn(desk, trained):
    decided(desk.store, SITE, 60)
    first = trained()
    desk.store.models.promote(SITE, first.version, "test")
    report = desk.store.models.get(SITE, trained().version).report
    assert (report.champion, report.rows) == (first.version, 0)
    assert "rows" in [check.name for check in report.gate if not check.passed]
    decided(desk.store, SITE, 30, seed=2)
    report = desk.store.models.get(SITE, trained().version).report
    assert 0 < report.rows <= 30


def test_feedback_alone_of_one_kind_is_not_enough(desk, trained):
    for number in range(60):
        desk.store.labels.suggest(
            SITE, f"{number} {'abcdefghij'[number % 10] * 3} {'kl' * number} word", Opinion.SPAM, "p"
        )
    assert trained().problem == "Of 60 labels 0 approve; a model needs 10 such examples, so 10 more."
