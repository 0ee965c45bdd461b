"""A site's policy: thresholds and rules, every change a new version."""

import re

from flask import Response, request

from service.api.admin_answers import PolicyInForce
from service.api.operation import Area, Call, answer
from service.api.policy_answers import PolicyPreview, previewed
from service.api.policy_bodies import PolicyBody, PreviewBody
from service.errors import BadInput, Conflict, NotFound, PolicyMoved
from service.moderation import policy
from service.moderation.learning import budget
from service.tenancy import Policy, Scope

IF_MATCH = "If-Match"
VERSION_TAG = re.compile(r'"?(\d{1,15})"?')
area = Area("Policy", "From which scores on a person looks, or a comment is rejected.")


@area.operation("GET", "/v1/policy", scopes=(Scope.REVIEW, Scope.ADMIN), answers={200: PolicyInForce})
def read_policy(call: Call) -> Response:
    """Tell the policy in force; its `ETag` names the version."""
    return _shown(policy.current(call.desk, call.site))


@area.operation(
    "PUT",
    "/v1/policy",
    scopes=(Scope.ADMIN,),
    body=PolicyBody,
    answers={200: PolicyInForce},
    headers=(IF_MATCH,),
    problems=(Conflict, PolicyMoved),
)
def replace_policy(call: Call, body: PolicyBody) -> Response:
    """Replace the policy; it judges from the next second on.

    To be sure that nobody changed it meanwhile, send `If-Match` with the `ETag` you read, or `expected_version`.
    """
    matched = _matched_version()
    expected = body.expected_version if matched is None else matched
    draft = body.to_value()
    if body.thresholds is None:
        draft = budget.followed(call.desk, call.site, draft)
    try:
        saved = policy.save(call.desk, call.site, draft, call.actor(), expected)
    except Conflict as error:
        if matched is None:
            raise
        raise PolicyMoved(error.detail) from error
    return _shown(saved)


@area.operation(
    "POST",
    "/v1/policy/preview",
    scopes=(Scope.ADMIN,),
    body=PreviewBody,
    answers={200: PolicyPreview},
    problems=(NotFound, Conflict),
)
def preview_policy(call: Call, body: PreviewBody) -> Response:
    """Tell what a draft of a policy, or another model, would have done with past comments; nothing is changed.

    With an error budget it also proposes thresholds. Of the newest comments as many are judged as three seconds allow.
    With `text`, only this text is judged.
    """
    return answer(previewed(call.desk, call.site, body))


def _shown(found: Policy) -> Response:
    return answer(PolicyInForce.of(found), headers={"ETag": f'"{found.version}"'})


def _matched_version() -> int | None:
    tag = request.headers.get(IF_MATCH)
    if tag is None or tag.strip() == "*":
        return None
    found = VERSION_TAG.fullmatch(tag.strip())
    if found is None:
        raise BadInput('`If-Match` takes the `ETag` of the policy, such as "3".')
    return int(found[1])
