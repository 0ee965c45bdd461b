"""A site with decided comments, the shipped model, and a retraining that was taken."""

from collections.abc import Callable

import pytest

from models.classifier import Classifier
from service.learning import Job
from service.moderation.desk import Desk
from service.moderation.learning import retrain, training
from service.settings import BASE_MODEL

SITE = "gazette"


@pytest.fixture(scope="session")
def base() -> Classifier:
    return Classifier.load(BASE_MODEL)


@pytest.fixture
def trained(desk: Desk, base: Classifier) -> Callable[[], Job]:
    """Do a whole retraining in this process."""

    def train() -> Job:
        asked = retrain.ask(desk, SITE, "test")
        job, token = desk.store.jobs.take_of(SITE, "worker-1")
        assert job.id == asked.id
        training.run(desk, job, token, base)
        return retrain.current(desk, SITE)

    return train
