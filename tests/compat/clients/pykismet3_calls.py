"""Run with the client's own Python: `pykismet3`, which puts the key before the host; a proxy leads here."""

import json
import os

from pykismet3 import Akismet, AkismetServerError

KEY, BLOG = os.environ["KEY"], "https://blog.example"
AROUND = {"user_ip": "203.0.113.7", "user_agent": "Mozilla/5.0", "referrer": "", "permalink": f"{BLOG}/pykismet3"}
COMMENT = {**AROUND, "comment_content": "Thank you for the careful report.", "content_type": "comment"}
SPAM = {**AROUND, "comment_author": "viagra-test-123", "comment_content": "x", "is_test": "1"}


def fault(call) -> str:
    try:
        call()
    except AkismetServerError as error:
        return str(error)
    raise AssertionError("nothing was raised")


def main() -> None:
    client = Akismet(blog_url=BLOG, user_agent="tests", api_key=KEY)
    stranger = Akismet(blog_url=BLOG, user_agent="tests", api_key="abcdefabcdef")
    print(
        json.dumps(
            {
                "ham": client.check({**COMMENT}),
                "spam": client.check({**SPAM}),
                "submitted": [client.submit_spam({**COMMENT}), client.submit_ham({**COMMENT})],
                "stranger": fault(lambda: stranger.check({**COMMENT})),
            }
        )
    )


if __name__ == "__main__":
    main()
