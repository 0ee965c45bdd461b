"""The reasons a person can give for a rejection: nine, one for each digit key."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "spam": "Spam",
    "insult": "Insult",
    "threat": "Threat",
    "hate": "Hate",
    "sexual": "Sexual",
    "profanity": "Profanity",
    "off_topic": "Off topic",
    "personal_data": "Personal data",
    "other": "Other",
}
