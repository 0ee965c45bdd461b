"""The demo site has a past that its model can learn from."""

import time
from collections import Counter

import pytest

from service.moderation.desk import Desk
from service.moderation.learning.lessons import lessons_of
from service.values import State
from service.workers import demo, demo_past
from tests.fakes import FakeScorer


@pytest.fixture
def desk(store, settings) -> Desk:
    desk = Desk(store, FakeScorer(), settings)
    desk.scorer.says(insult=0.7)
    demo.fill(desk)
    return desk


def test_there_is_enough_to_learn_from(desk):
    lessons = lessons_of(desk, demo.SITE)
    assert lessons.lacking() is None
    assert len(lessons.taught) > 450, lessons.refused
    _, held_out = lessons.split()
    shown = [one for one in held_out if not one.label.comment_id.startswith("~")]
    assert len(shown) > 60, "of the rest a report can show no text"
    assert {one.hurts for one in shown} == {True, False}


def test_it_is_filled_once_and_quickly(desk):
    labels = desk.store.labels.count(demo.SITE)
    began = time.thread_time()
    assert demo_past.fill(desk, demo.SITE, demo.BY) == 0
    assert time.thread_time() - began < 0.5
    assert desk.store.labels.count(demo.SITE) == labels


def test_nothing_of_it_waits_or_is_told(desk):
    waiting = [kept.comment.id for kept in desk.store.browse.waiting(demo.SITE, "main", 1000)]
    assert len(waiting) == 138
    assert not [one for one in waiting if one.startswith("past-")]
    assert desk.store.comments.get(demo.SITE, "past-599").state in (State.APPROVED, State.REJECTED)
    assert not [one for one in desk.store.outbox.waiting(demo.SITE, 1000) if one.comment_id.startswith("past-")]


def test_readers_say_what_they_say_in_many_ways():
    said = list(demo_past.invented(600))
    assert said == list(demo_past.invented(600))
    assert len({one.text for one in said}) > 590
    kinds = Counter(one.reason for one in said)
    assert kinds[None] > 400
    assert min(kinds["insult"], kinds["spam"]) > 40
