"""Wrong keys are counted by address, in bounded memory."""

import pytest

from service.api import patience
from service.api.patience import MAX_WRONG, Patience
from service.errors import TooManyRequests


@pytest.fixture
def now():
    return [1000.0]


@pytest.fixture
def patient(now) -> Patience:
    return Patience(lambda: now[0])


def exhaust(patient: Patience, address: str) -> None:
    for _ in range(MAX_WRONG):
        patient.demand(address, "guess")
        patient.note_wrong(address)


def test_patience_ends_and_comes_back_with_the_next_minute(patient, now):
    exhaust(patient, "198.51.100.1")
    with pytest.raises(TooManyRequests) as refused:
        patient.demand("198.51.100.1", "guess")

    now[0] += refused.value.retry_after_seconds

    patient.demand("198.51.100.1", "guess")


def test_another_address_is_heard(patient):
    exhaust(patient, "198.51.100.1")

    patient.demand("198.51.100.2", "guess")


def test_a_key_that_was_good_from_there_still_passes(patient):
    patient.note_good("198.51.100.1", "good")
    exhaust(patient, "198.51.100.1")

    patient.demand("198.51.100.1", "good")
    with pytest.raises(TooManyRequests):
        patient.demand("198.51.100.1", "better")


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(patience, "MAX_ADDRESSES", 10)
    monkeypatch.setattr(patience, "MAX_GOOD", 10)
    patient = Patience()
    for i in range(100):
        patient.note_wrong(f"198.51.100.{i}")
        patient.note_good(f"198.51.100.{i}", "good")

    assert (len(patient._wrong), len(patient._good)) == (10, 10)
