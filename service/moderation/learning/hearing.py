"""The second model in a process that learns: what its embeddings are worth to a site is learned where it is there."""

import structlog

from models.classifier import Classifier
from models.errors import ModelError
from models.second.opinion import SecondOpinion
from models.second.own import Ears
from service.settings import Settings

log = structlog.get_logger()


def ears_of(settings: Settings, base: Classifier) -> Ears | None:
    """Load the second model; None where no second opinions are given, or it cannot be loaded."""
    if settings.second_opinion == "off":
        return None
    try:
        return Ears(SecondOpinion.load(settings.second_model, base.normalise))
    except ModelError as error:
        log.info("training.hears_nothing", reason=str(error))
        return None
