"""Run with the client's own Python: the calls of the `openai` library, as its users write them."""

import asyncio
import json
import os

import openai

ADDRESS, KEY = os.environ["PARLEY"], os.environ["KEY"]
client = openai.OpenAI(base_url=f"{ADDRESS}/v1", api_key=KEY, max_retries=0)
without_v1 = openai.OpenAI(base_url=ADDRESS, api_key=KEY, max_retries=0)
stranger = openai.OpenAI(base_url=f"{ADDRESS}/v1", api_key="sk-nobody", max_retries=0)
ABUSE, PRAISE = "Shut up, you stupid idiot.", "Thank you for the careful report."


def fault(call) -> dict:
    try:
        call()
    except openai.APIStatusError as error:
        return {
            "class": type(error).__name__,
            "code": error.code,
            "param": error.param,
            "type": error.type,
            "request_id": error.request_id,
        }
    raise AssertionError("nothing was raised")


async def at_the_same_time() -> list[bool]:
    async with openai.AsyncOpenAI(base_url=f"{ADDRESS}/v1", api_key=KEY) as several:
        answers = await asyncio.gather(*(several.moderations.create(input=text) for text in (ABUSE, PRAISE)))
    return [answer.results[0].flagged for answer in answers]


def main() -> None:
    one = client.moderations.create(input=ABUSE)
    many = client.moderations.create(input=[ABUSE, PRAISE], model="omni-moderation-latest")
    parts = client.moderations.create(
        model="omni-moderation-latest",
        input=[
            {"type": "text", "text": ABUSE},
            {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        ],
    )
    raw = client.moderations.with_raw_response.create(input=PRAISE)
    result = one.results[0]
    print(
        json.dumps(
            {
                "id": one.id,
                "model": one.model,
                "request_id": one._request_id,
                "flags": [result.categories.harassment, result.categories.sexual_minors],
                "score": result.category_scores.harassment_threatening,
                "applied": result.category_applied_input_types.harassment,
                "not_applied": result.category_applied_input_types.self_harm_intent,
                "by_alias": sorted(result.categories.to_dict()),
                "many": [found.flagged for found in many.results],
                "parts": [found.flagged for found in parts.results],
                "without_v1": without_v1.moderations.create(input=ABUSE).results[0].flagged,
                "at_the_same_time": asyncio.run(at_the_same_time()),
                "processing_ms": raw.headers["openai-processing-ms"],
                "wrong_key": fault(lambda: stranger.moderations.create(input=ABUSE)),
                "wrong_input": fault(lambda: client.moderations.create(input=[])),
                "too_large": fault(lambda: client.moderations.create(input="a" * (1 << 21))),
            }
        )
    )


if __name__ == "__main__":
    main()
