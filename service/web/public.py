"""What readers and authors reach without an account: the status link, the widget and their files."""

from flask import Flask

from service.moderation.desk import Desk
from service.web import reader_files, status_page, widget


def install(app: Flask, desk: Desk) -> None:
    """Add it to `app`. None of it sets a cookie."""
    app.register_blueprint(reader_files.blueprint())
    app.register_blueprint(status_page.blueprint(desk))
    app.register_blueprint(widget.blueprint(desk))
