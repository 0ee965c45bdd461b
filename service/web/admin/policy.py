"""`/admin/policy`: what is answered for, what follows from it, and what a change would have done before it is saved."""

from dataclasses import replace

from flask import Blueprint, Response, request

from models.attributes import ATTRIBUTES
from service.errors import Conflict, InvalidBody, NotFound
from service.learning import Replay
from service.moderation import policy, policy_history
from service.moderation.desk import Desk
from service.moderation.learning import budget, preview, promote, showing
from service.moderation.learning.budget import Proposal
from service.people import Role
from service.tenancy import Policy
from service.values import Assessment, Comment, Verdict
from service.web.admin import policy_form as form
from service.web.admin.frame import back, page, room
from service.web.admin.policy_form import Typed
from service.web.door import Visit

DONE = {"saved": "Saved. It judges from the next second on."}
TRIED = "tried"  # the id of a text that is no comment
PREVIEW, SAVE, TRY, MORE = "preview", "save", "try", "more"
EXAMPLES = 20


def blueprint(desk: Desk) -> Blueprint:
    """Return the page about a site's policy."""
    return room(
        "policy",
        desk,
        ("GET", "/admin/policy", Role.LEAD, overview),
        ("POST", "/admin/policy", Role.ADMIN, take),
        ("POST", "/admin/policy/back", Role.ADMIN, go_back),
    )


def overview(visit: Visit) -> Response:
    """Show the policy in force, or the version that the address names, ready to be changed."""
    number = request.args.get("version", -1, int)
    in_force = policy.current(visit.desk, visit.site)
    shown = policy_history.find(visit.desk, visit.site, number) if number >= 0 else in_force
    return _show(visit, form.typed_of(shown), shown=shown)


def take(visit: Visit) -> Response:
    """Do with the draft what the button says: try it on past comments or on a text, save it, or make room for rules."""
    typed, step = form.compacted(request.form.to_dict()), request.form.get("step", PREVIEW)
    if step == MORE:
        return _show(visit, typed)
    draft, problems = form.read(typed)
    if problems:
        return _show(visit, typed, 422, problems=problems)
    try:
        return _do(visit, typed, draft, step)
    except (Conflict, NotFound) as error:  # another policy meanwhile, or a model that cannot score
        return _show(visit, typed, error.status, problems={"": error.detail})


def go_back(visit: Visit) -> Response:
    """Put an earlier version in force again."""
    number = request.form.get("version", -1, int)
    if number < 0:
        raise InvalidBody("Which version?")
    policy_history.go_back(visit.desk, visit.site, number, visit.reviewer)
    return back("policy.overview", visit, done="saved")


def _do(visit: Visit, typed: dict[str, str], draft: Policy, step: str) -> Response:
    model = None if step == SAVE else typed.get("model") or None
    proposal = budget.propose(visit.desk, visit.site, draft.budget, model) if draft.budget else None
    if proposal:
        draft = replace(draft, thresholds=proposal.thresholds)
        typed |= form.typed_of(draft)
    if step == SAVE:
        seen = typed.get("seen", "")
        policy.save(visit.desk, visit.site, draft, visit.reviewer, int(seen) if seen.isdigit() else None)
        return back("policy.overview", visit, done="saved")
    if step == TRY:
        tried = Comment(TRIED, typed.get("text", "")[: visit.desk.settings.max_text_chars])
        verdict = preview.judge_one(visit.desk, visit.site, draft, tried, model)
        return _show(visit, typed, proposal=proposal, verdict=verdict)
    return _show(visit, typed, proposal=proposal, replay=_replay(visit, draft, model, proposal))


def _replay(visit: Visit, draft: Policy, model: str | None, proposal: Proposal | None) -> Replay:
    """Try the draft on past comments; a proposal has done so already, unless the rules change too."""
    if proposal and draft.rules == policy.current(visit.desk, visit.site).rules:
        return proposal.replay
    return preview.replay(visit.desk, visit.site, draft, model)


def _show(
    visit: Visit,
    typed: Typed,
    status: int = 200,
    shown: Policy | None = None,
    problems: dict[str, str] | None = None,
    proposal: Proposal | None = None,
    replay: Replay | None = None,
    verdict: Assessment | None = None,
) -> Response:
    in_force = policy.current(visit.desk, visit.site)
    return page(
        "admin_policy.html",
        visit,
        status,
        typed=typed,
        shown=shown or in_force,
        in_force=in_force,
        problems=problems or {},
        proposal=proposal,
        replay=replay,
        examples=showing.moved(visit.desk, visit.site, replay, EXAMPLES) if replay else [],
        verdict=verdict,
        history=policy_history,
        versions=policy_history.versions(visit.desk, visit.site),
        standing=promote.standing(visit.desk, visit.site),
        attributes=ATTRIBUTES,
        verdicts=list(Verdict),
        rule_count=form.rule_count(typed),
        form=form,
        hours=budget.hours,
        done=DONE.get(request.args.get("done", ""), ""),
    )
