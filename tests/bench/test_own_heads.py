"""The bench of own heads is honest: it says when it cannot measure, and holds a head against the best without it."""

from pathlib import Path

import pytest

from bench import own_heads, shifts
from bench.own_heads import BOTH, CHOSEN, LINEAR, OWN, WAYS
from models.errors import ModelMissing
from models.lessons import Lesson


def result(own: float, chosen: float) -> dict[str, float]:
    without = dict.fromkeys(WAYS, 0.6)
    more = {LINEAR: 0.7, BOTH: 0.8, OWN: own, CHOSEN: chosen}
    return {**without, **more, "was chosen": float(chosen == own), "elsewhere": 0.95, "elsewhere, own": 0.94}


def test_without_data_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(own_heads.measure(None)) == []
    assert "--data FOLDER" in capsys.readouterr().out


def test_without_the_second_model_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise ModelMissing("there is no card.json")

    monkeypatch.setattr(own_heads.SecondOpinion, "load", missing)
    assert list(own_heads.measure(tmp_path, tmp_path)) == []
    assert "there is no card.json" in capsys.readouterr().out


@pytest.mark.parametrize(("heads", "met"), [([(0.9, 0.9), (0.86, 0.86)], True), ([(0.7, 0.7), (0.75, 0.75)], False)])
def test_a_head_is_held_against_the_best_without_it(heads: list[tuple[float, float]], met: bool) -> None:
    ranked, elsewhere = own_heads._figures(
        shifts.SHIFTS[0], 50, [result(*pair) for pair in heads], (0.949, heads[0][0] - 0.01)
    )
    assert (ranked.goal, ranked.met) == (pytest.approx(0.8), met)
    assert f"over {BOTH}" in ranked.note
    assert "chosen 2 of 2" in ranked.note
    assert (elsewhere.value, elsewhere.goal) == (pytest.approx(0.94), None)


def test_a_lead_comes_with_two_standard_errors() -> None:
    assert own_heads._lead([result(0.9, 0.9), result(0.8, 0.8)], OWN, BOTH) == pytest.approx((0.05, 0.1))


def test_of_a_large_site_the_same_part_is_taken_again() -> None:
    rows = [Lesson(f"{at}", {}) for at in range(50)]
    assert own_heads._some(rows, 50) is rows
    assert own_heads._some(rows, 7) == own_heads._some(rows, 7) != rows[:7]
