"""Run with the client's own Python: the calls of `akismet`, whose only door to another server is its HTTP client."""

import asyncio
import json
import os

import akismet
import httpx

ADDRESS, KEY, BLOG = os.environ["PARLEY"], os.environ["KEY"], "https://blog.example"
IP = "203.0.113.7"
COMMENT = {
    "comment_content": "Thank you for the careful report.",
    "comment_author": "Nare",
    "comment_author_email": "nare@example.org",
    "comment_type": "comment",
    "permalink": f"{BLOG}/python-akismet",
    "user_agent": "Mozilla/5.0",
}
SPAM = {"comment_author": "akismet-guaranteed-spam", "comment_content": "x", "is_test": 1}
config = akismet.Config(key=KEY, url=BLOG)


def elsewhere(request: httpx.Request) -> None:
    """Send what is meant for rest.akismet.com to Parley; its Host header stays."""
    here = httpx.URL(ADDRESS)
    request.url = request.url.copy_with(scheme=here.scheme, host=here.host, port=here.port)


async def elsewhere_too(request: httpx.Request) -> None:
    elsewhere(request)


def fault(call) -> str:
    try:
        call()
    except akismet.AkismetError as error:
        return type(error).__name__
    raise AssertionError("nothing was raised")


async def at_the_same_time() -> list[int]:
    web = httpx.AsyncClient(event_hooks={"request": [elsewhere_too]}, timeout=1.0)
    async with akismet.AsyncClient(config=config, http_client=web) as client:
        return list(await asyncio.gather(*(client.comment_check(user_ip=IP, **said) for said in (COMMENT, SPAM))))


def main() -> None:
    web = httpx.Client(event_hooks={"request": [elsewhere]}, timeout=1.0)
    client = akismet.SyncClient.validated_client(config=config, http_client=web)
    # `key_sites` of version 25.10.1 sends no key, so the HTTP client has to.
    bearing = httpx.Client(event_hooks={"request": [elsewhere]}, params={"api_key": KEY})
    bearer = akismet.SyncClient(config=config, http_client=bearing)
    stranger = akismet.SyncClient(config=akismet.Config(key="abcdefabcdef", url=BLOG), http_client=web)
    print(
        json.dumps(
            {
                "ham": client.comment_check(user_ip=IP, **COMMENT),
                "spam": client.comment_check(user_ip=IP, **SPAM),
                "at_the_same_time": asyncio.run(at_the_same_time()),
                "submit_ham": client.submit_ham(user_ip=IP, **COMMENT),
                "submit_spam": client.submit_spam(user_ip=IP, **COMMENT),
                "usage": client.usage_limit(),
                "sites": bearer.key_sites(),
                "sites_csv": bearer.key_sites(result_format="csv"),
                "verified": [client.verify_key(), stranger.verify_key()],
                "stranger": fault(lambda: stranger.comment_check(user_ip=IP, **COMMENT)),
            }
        )
    )


if __name__ == "__main__":
    main()
