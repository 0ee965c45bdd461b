"""How far automation and people can be trusted, by blind looks at what is settled."""

from flask import Response
from pydantic import Field

from service.api.bodies import Query
from service.api.fields import Days
from service.api.operation import Area, Call, answer
from service.api.quality_answers import SiteQuality
from service.moderation import quality
from service.tenancy import Scope

area = Area("Quality", "Error rates of automation, agreement of people.")


class QualityQuery(Query):
    """Over which time."""

    days: Days = Field(quality.DAYS, description="Looks answered in so many last days.")


@area.operation("GET", "/v1/quality", scopes=(Scope.ADMIN,), query=QualityQuery, answers={200: SiteQuality})
def read_quality(call: Call, query: QualityQuery) -> Response:
    """Tell how far automation and people can be trusted.

    A random share of what is settled is shown again, unmarked, to somebody who did not decide it; the policy's `looks`
    say how much. Every figure comes with its 95 % interval and the number of looks; below thirty it is null.
    """
    return answer(SiteQuality.of(quality.measure(call.desk, call.site, query.days)))
