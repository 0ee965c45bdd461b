"""The yardstick: a Flask endpoint that parses a JSON body and answers JSON, and does nothing else."""

from flask import Flask, Response, jsonify, request

app = Flask(__name__)
ANSWER = {"verdict": "approve", "scores": dict.fromkeys("abcdefgh", 0.1234), "reasons": [], "model": "none"}


@app.post("/v1/comments")
def submit() -> tuple[Response, int]:
    """Echo the id beside a constant of about the size of a real answer."""
    return jsonify({"id": request.get_json()["id"], **ANSWER}), 201


@app.get("/readyz")
def ready() -> Response:
    """Say yes."""
    return jsonify({"ready": True})
