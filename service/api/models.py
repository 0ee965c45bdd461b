"""A site's models: retrain from decisions, read the report, promote, go back."""

from flask import Response
from pydantic import Field

from service.api.bodies import Body
from service.api.fields import Long
from service.api.model_answers import Loaded, ModelReport, ModelShown, RetrainingShown, SiteModels, StandingShown
from service.api.operation import Area, Call, answer, nothing
from service.errors import Conflict, GateFailed, NotFound
from service.moderation.learning import promote as road
from service.moderation.learning import retrain
from service.moderation.learning.shadow import shadow
from service.moderation.learning.versions import base_version
from service.tenancy import Scope

ADMINS = (Scope.ADMIN,)
area = Area("Models", "What a site's decisions taught, measured before it is used.")


class PromoteBody(Body):
    """Why to promote in spite of the gate."""

    reason: Long | None = Field(
        None, description="Needed where the gate does not hold, ten characters or more; the log keeps it."
    )


@area.operation("GET", "/v1/models", scopes=ADMINS, answers={200: SiteModels})
def read_models(call: Call) -> Response:
    """Tell which models there are, which is in use, and how the last retraining went."""
    job = retrain.current(call.desk, call.site)
    return answer(
        SiteModels(
            base_version(call.desk),
            StandingShown.of(road.standing(call.desk, call.site)),
            [*map(ModelShown.of, road.models_of(call.desk, call.site))],
            RetrainingShown.of(job) if job else None,
            Loaded(*road.loaded(call.desk, call.site)),
            shadow(call.desk, call.site),
        )
    )


@area.operation("GET", "/v1/models/{version}", scopes=ADMINS, answers={200: ModelReport})
def read_model(call: Call, version: str) -> Response:
    """Show a model with its report: champion and challenger on decisions that neither learned from.

    Measured is a twin of the model, made in the same way without the newest fifth of the labels; the model itself
    learned from all. `low` and `high` bound challenger minus champion with 95 % confidence.
    """
    model = call.desk.store.models.get(call.site, version)
    if model is None:
        raise NotFound(f"There is no model {version!r}.")
    return answer(ModelReport(ModelShown.of(model), model.report))


@area.operation("POST", "/v1/models", scopes=ADMINS, answers={202: RetrainingShown}, problems=(Conflict,))
def retrain_model(call: Call) -> Response:
    """Train a challenger from the site's labels; a worker does it. One at a time: `409` while one is under way."""
    return answer(RetrainingShown.of(retrain.ask(call.desk, call.site, call.actor())), 202)


@area.operation("DELETE", "/v1/models/job", scopes=ADMINS, answers={204: None}, problems=(NotFound,))
def cancel_retraining(call: Call) -> Response:
    """Cancel the retraining under way; nothing of it stays."""
    if not retrain.cancel(call.desk, call.site, call.actor()):
        raise NotFound("No retraining is under way.")
    return nothing()


@area.operation(
    "POST",
    "/v1/models/{version}/promote",
    scopes=ADMINS,
    body=PromoteBody,
    answers={200: StandingShown},
    problems=(Conflict, GateFailed),
)
def promote_model(call: Call, version: str, body: PromoteBody) -> Response:
    """Put a model in use; every web process serves it within two seconds."""
    return answer(StandingShown.of(road.promote(call.desk, call.site, version, call.actor(), body.reason)))


@area.operation("POST", "/v1/models/rollback", scopes=ADMINS, answers={200: StandingShown}, problems=(Conflict,))
def roll_back_model(call: Call) -> Response:
    """Put the model that was in use before this one back in use."""
    return answer(StandingShown.of(road.roll_back(call.desk, call.site, call.actor())))
