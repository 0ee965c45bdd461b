"""Run with the client's own Python: Perspective by google-api-python-client, as its own guide shows it."""

import json
import os

from googleapiclient import discovery
from googleapiclient.errors import HttpError

ADDRESS, KEY = os.environ["PARLEY"], os.environ["KEY"]
DOCUMENT = f"{ADDRESS}/$discovery/rest?version=v1alpha1"
TEXT = "🙃 Shut up, you stupid idiot. Have a nice day."


def built(key: str):
    return discovery.build(
        "commentanalyzer", "v1alpha1", developerKey=key, discoveryServiceUrl=DOCUMENT, static_discovery=False
    )


def fault(request) -> dict:
    try:
        request.execute()
    except HttpError as error:
        return {"status": error.status_code, "reason": error.reason, "details": error.error_details}
    raise AssertionError("nothing was raised")


def main() -> None:
    comments = built(KEY).comments()

    def analyze(**more):
        return comments.analyze(
            body={"comment": {"text": TEXT}, "requestedAttributes": {"TOXICITY": {}, "INSULT": {}}} | more
        )

    suggestion = {
        "comment": {"text": TEXT},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
        "clientToken": "t-1",
    }
    threshold = {"THREAT": {"scoreThreshold": 0.999}}
    print(
        json.dumps(
            {
                "plain": analyze(languages=["en"], doNotStore=True, clientToken="t-1").execute(),
                "spans": analyze(spanAnnotations=True).execute(),
                "none_left": analyze(requestedAttributes=threshold).execute(),
                "suggested": comments.suggestscore(body=suggestion).execute(),
                "empty": fault(analyze(comment={"text": ""})),
                "language": fault(analyze(languages=["it"])),
                "attribute": fault(analyze(requestedAttributes={"INCOHERENT": {}})),
                "wrong_key": fault(built("nobody").comments().analyze(body={"comment": {"text": TEXT}})),
            }
        )
    )


if __name__ == "__main__":
    main()
