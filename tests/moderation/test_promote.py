"""A model is put in use by a gate that holds, or by a reason that is written down."""

import pytest

from service.errors import Conflict, GateFailed
from service.learning import Standing
from service.moderation.desk import Desk, NoScorer
from service.moderation.learning import promote as steps
from service.moderation.learning.promote import base_version, discard, models_of, promote, roll_back, shadow_with
from tests.moderation.site_models import SITE, failed, keep, passed


def test_a_model_that_passed_is_promoted(desk: Desk) -> None:
    keep(desk.store, "fake-1.1", report=passed())
    assert promote(desk, SITE, "fake-1.1", "ann") == Standing("fake-1.1", None, (None,))
    [kept] = models_of(desk, SITE)
    assert (kept.promoted_by, kept.override) == ("ann", None)


@pytest.mark.parametrize("reason", [None, "", "Too short", "   Too short   "])
def test_a_gate_that_failed_is_told_by_its_lines(desk: Desk, reason: str | None) -> None:
    keep(desk.store, "fake-1.1", report=failed())
    with pytest.raises(GateFailed, match=r"did not pass: spam\. To promote it nevertheless") as refused:
        promote(desk, SITE, "fake-1.1", "ann", reason)
    assert (refused.value.code, refused.value.status) == ("gate-failed", 409)
    assert steps.standing(desk, SITE).champion is None


def test_a_model_without_a_report_needs_a_reason_too(desk: Desk) -> None:
    keep(desk.store, "fake-1.1")
    with pytest.raises(GateFailed, match="has no report"):
        promote(desk, SITE, "fake-1.1", "ann")


def test_a_written_reason_passes_the_gate_and_stays_in_the_log(desk: Desk) -> None:
    keep(desk.store, "fake-1.1", report=failed())
    assert promote(desk, SITE, "fake-1.1", "ann", " Spam wave, hand-checked. ").champion == "fake-1.1"
    [event] = desk.store.events.read(SITE, types=("model_promoted",))[0]
    assert event.detail["reason"] == "Spam wave, hand-checked."
    assert models_of(desk, SITE)[0].override == "Spam wave, hand-checked."


def test_a_reason_is_not_kept_where_none_was_needed(desk: Desk) -> None:
    keep(desk.store, "fake-1.1", report=passed())
    promote(desk, SITE, "fake-1.1", "ann", "Because it is better.")
    assert models_of(desk, SITE)[0].override is None


def test_a_model_of_another_base_is_refused(desk: Desk) -> None:
    keep(desk.store, "base-0.1", base="base-0", report=passed())
    with pytest.raises(Conflict, match=r"adapts 'base-0'.*'fake-1'"):
        promote(desk, SITE, "base-0.1", "ann")


def test_a_model_that_is_not_kept_is_refused(desk: Desk) -> None:
    with pytest.raises(Conflict, match="no model"):
        promote(desk, SITE, "fake-1.9", "ann")


def test_what_follows_from_the_champion_follows_every_change_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    followed: list[str] = []
    monkeypatch.setattr(steps, "after_promotion", lambda _desk, _site, by: followed.append(by))
    keep(desk.store, "fake-1.1", report=passed())
    promote(desk, SITE, "fake-1.1", "ann")
    promote(desk, SITE, "fake-1.1", "ben")
    roll_back(desk, SITE, "cem")
    assert followed == ["ann", "cem"]


def test_shadowing_and_discarding_are_steps_too(desk: Desk) -> None:
    keep(desk.store, "fake-1.1", "fake-1.2")
    assert shadow_with(desk, SITE, "fake-1.1", "ann").challenger == "fake-1.1"
    assert discard(desk, SITE, "fake-1.2", "ann")
    assert [model.version for model in models_of(desk, SITE)] == ["fake-1.1"]


def test_a_command_that_loads_no_model_knows_the_base_by_its_card(desk: Desk) -> None:
    assert base_version(Desk(desk.store, NoScorer(), desk.settings)).startswith("base-")
