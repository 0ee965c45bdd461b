"""The blog's pages: an article, its thread, a box; and the door at which Parley's decisions arrive."""

from pathlib import Path

from flask import Flask, Response, abort, redirect, render_template, request, url_for

from service.demo import day
from service.demo.parley import Parley, Refused
from service.demo.postman import Postman
from service.demo.shelf import Comment, Shelf, Standing
from service.demo.thread import arranged

SITE = "demo"
MAX_BODY_BYTES = 256 << 10
MAX_NAME_CHARS = 80
MAX_TEXT_CHARS = 20_000
CSP = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def create_blog(folder: str, parley_address: str, own_address: str) -> Flask:
    """Build the blog with its file in `folder`; starts to bring comments to Parley."""
    shelf, parley = Shelf(Path(folder) / "blog.db"), Parley(parley_address, Path(folder))
    shelf.fill([_known(said) for said in day.comments()])
    postman = Postman(shelf, parley, f"{own_address}/")
    postman.start()
    return build(shelf, parley, postman)


def build(shelf: Shelf, parley: Parley, postman: Postman) -> Flask:
    """Build the blog around its parts."""
    blog = Flask("service.demo.blog", static_url_path="/files")
    blog.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    blog.jinja_env.trim_blocks = blog.jinja_env.lstrip_blocks = True
    desk = Desk(shelf, parley, postman)
    blog.after_request(desk.guard)
    blog.add_url_rule("/", "article", desk.article)
    blog.add_url_rule("/comments", "post", desk.post, methods=["POST"])
    blog.add_url_rule("/widget", "widget", desk.widget)
    blog.add_url_rule("/parley", "hear", desk.hear, methods=["POST"])
    return blog


class Desk:
    """What the blog answers."""

    def __init__(self, shelf: Shelf, parley: Parley, postman: Postman) -> None:
        self._shelf = shelf
        self._parley = parley
        self._postman = postman

    def article(self) -> str:
        """Show the article and its thread; who has a receipt also sees a comment of their own that is not published."""
        return self._page(self._own())

    def post(self) -> Response | tuple[str, int] | str:
        """Keep a comment and bring it to Parley; say a word before when it would be declined."""
        form = {name: request.form.get(name, "").replace("\x00", "").strip() for name in ("name", "text", "answers")}
        problems = _problems(form["name"], form["text"])
        if problems:
            return self._page(None, form, problems), 422
        because = None if "anyway" in request.form else self._parley.foresee(form["name"], form["text"])
        if because:
            return self._page(None, form, because=because)
        comment = self._shelf.put(form["name"], form["text"], self._answered(form["answers"]))
        self._postman.bring(comment)
        address = url_for("article", yours=comment.receipt, _anchor=comment.id)
        return redirect(address, 303)  # type: ignore[return-value]

    def widget(self) -> Response:
        """Show the same article with the widget below it."""
        page = Response(render_template("widget.html", day=day, site=SITE, parley=self._parley.address))
        parley = self._parley.address
        page.headers["Content-Security-Policy"] = f"{CSP}; script-src {parley}; connect-src {parley}"
        return page

    def hear(self) -> Response:
        """Take note of what Parley tells."""
        try:
            told = self._parley.heard(request.get_data(), dict(request.headers))
        except Refused:
            abort(401)
        if told:
            self._shelf.note(*told)
        return Response(status=204)

    def guard(self, response: Response) -> Response:
        """Let pages run no script but the widget's."""
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.mimetype == "text/html":
            response.headers["Cache-Control"] = "no-store"
        return response

    def _page(
        self,
        own: Comment | None,
        form: dict[str, str] | None = None,
        problems: dict[str, str] | None = None,
        because: str | None = None,
    ) -> str:
        published = self._shelf.standing(Standing.PUBLISHED)
        shown = {one.id: one for one in published} | ({own.id: own} if own else {})
        answers = (form or {}).get("answers") or request.args.get("answers", "")
        return render_template(
            "article.html",
            day=day,
            lines=arranged(shown.values()),
            total=len(published),
            own=own,
            form=form or {},
            answered=shown.get(answers),
            problems=problems or {},
            because=because,
            max_name=MAX_NAME_CHARS,
        )

    def _own(self) -> Comment | None:
        receipt = request.args.get("yours")
        return self._shelf.of_receipt(receipt) if receipt else None

    def _answered(self, comment_id: str) -> str | None:
        found = self._shelf.find(comment_id) if comment_id else None
        return found.id if found and found.standing is Standing.PUBLISHED else None


def _known(said: day.Said) -> Comment:
    return Comment(said.id, said.name, said.text, said.parent_id, said.at, Standing.UNKNOWN)


def _problems(name: str, text: str) -> dict[str, str]:
    found = {}
    if not 0 < len(name) <= MAX_NAME_CHARS:
        found["name"] = f"Please give a name of up to {MAX_NAME_CHARS} characters."
    if not 0 < len(text) <= MAX_TEXT_CHARS:
        found["text"] = f"Please write something, up to {MAX_TEXT_CHARS:,} characters."
    return found
