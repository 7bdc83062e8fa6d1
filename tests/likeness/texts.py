"""Texts that are written for these tests: articles of made-up words, and releases made from one template."""

import random

WORDS = [first + second for first in ("bar", "cot", "den", "fal", "gor", "hin", "lum") for second in "abcdefghijklmnop"]


def write_text(seed: int, length: int = 200) -> str:
    """Writes a text of made-up words in an order of its own."""
    return " ".join(random.Random(seed).choices(WORDS, k=length))  # noqa: S311 - no secret


def write_release(town: str, amount: int, day: int) -> str:
    """Writes a release about a grant, the same for every town but for its name, the amount and the day."""
    return (
        f"{town} fire service receives grant. The minister announced today that the {town} fire service will receive "
        f"£{amount} under the programme that helps local services to buy equipment. The people of {town} deserve a "
        "service with the best tools that we can give it, the minister said, and this money is a step to that end. "
        f"Firefighters in {town} risk their lives for all of us. The grant is paid from {day} March on and may be used "
        "for training, vehicles and protective clothing. Since it began the programme has given money to services in "
        "every county, and the government means to go on with it for as long as there is need."
    )


def replace_words(text: str, share: float, seed: int = 0) -> str:
    """Replaces a share of the words, here and there."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    return " ".join(f"new{place}" if chance.random() < share else word for place, word in enumerate(text.split()))


def keep_start(text: str, share: float) -> str:
    """Keeps the first part of a text."""
    words = text.split()
    return " ".join(words[: int(len(words) * share)])
