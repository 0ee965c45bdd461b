"""Know how decent readers thank, praise and point to a source, so that politeness alone is not spam.

All openly licensed praise comes from spammers; these sentences stand against it in training.
"""

from collections.abc import Iterator

# What the place is called where a comment stands; all openly licensed comments on blogs are spam, so that these words
# would tell the source, not the spam.
PLACES = (
    *("article", "articles", "blog", "blogger", "blogging", "blogs", "page", "pages", "post", "posted", "posting"),
    *("posts", "site", "sites", "web", "weblog", "weblogs", "website", "websites", "wordpress"),
    *("co", "com", "http", "https", "net", "org", "uk", "www"),
)

_TOPICS = (
    "the war", "the ceasefire", "the refugees", "the history of the region", "the election", "climate", "the new law",
    "my city", "the hospital", "football", "education", "this book",
)  # fmt: skip
_FRAMES = (
    "Thank you for this article about {}.",
    "Great article, I did not know that about {}.",
    "Very good report on {}. One question: where are the numbers from?",
    "Thanks for writing about {}, it is important to me.",
    "Good piece, but I disagree with the last part on {}.",
    "I learned a lot about {} today, thank you.",
    "Well written. More about {}, please.",
    "Nice photos! They show {} as I remember it.",
    "The best text about {} I have read this year.",
    "Interesting point about {}.",
    "Thanks, this helped me to understand {}.",
    "I enjoyed the interview about {}.",
    "As somebody who works on {}, I find this fair.",
    "Excellent reporting, as always. What happens now with {}?",
    "Please keep writing about {}.",
    "A link to the original source on {} would help.",
    "There is a good film about {}, it was on television last week.",
    "You can find the full report on {} on the site of the ministry.",
    "I sent this to my mother, she lived through {}.",
    "My blog has some old photographs of {}, if anybody is interested.",
)
_SHORT = (
    "Thanks!", "Thank you.", "Great post!", "Good article.", "Nice one.", "Well said!", "Thanks for sharing.",
    "Great read, thank you!", "Good point.", "I agree with you.", "Exactly.", "Well done.", "Beautiful.", "So true.",
    "Thank you for the information.", "Interesting read.", "Excellent article.", "Congratulations!", "Good job.",
    "Very interesting.",
)  # fmt: skip


def polite_sentences() -> Iterator[str]:
    """Yield praise and thanks that are not spam."""
    yield from _SHORT
    for frame in _FRAMES:
        yield from (frame.format(topic) for topic in _TOPICS)
