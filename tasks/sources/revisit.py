"""The rules that a source file may give under `[[revisit]]`: which pages are asked for again, and when."""

import re
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from tasks.sources.checks import check_pattern
from tasks.sources.methods import Strict

Days = Annotated[int, Field(ge=1)]


class Revisit(Strict):
    """How often pages that were read are asked for again, and for how long after publication.

    `pattern` is searched in `path?query`; without it the rule is for all addresses of the source. Without `for_days`
    the rule has no end, as rolling pages need, which are overwritten in place.
    """

    pattern: Annotated[str, AfterValidator(check_pattern)] | None = None
    every_days: Days
    for_days: Days | None = None

    @field_validator("for_days")
    @classmethod
    def _check_end(cls, for_days: int | None, info: ValidationInfo) -> int | None:
        every_days = info.data.get("every_days")
        if for_days and every_days and for_days < every_days:
            raise ValueError(f"{for_days} days are over before every_days = {every_days}; it would never apply")
        return for_days

    def applies_to(self, target: str, age: timedelta) -> bool:
        """Tells whether the rule is for an address, given as `path?query`, that long after publication."""
        is_over = self.for_days is not None and age > timedelta(days=self.for_days)
        return not is_over and (self.pattern is None or re.search(self.pattern, target) is not None)

    def covers(self, other: Self) -> bool:
        """Tells whether the rule applies wherever another does, as far as their patterns show."""
        is_as_wide = self.pattern is None or self.pattern == other.pattern
        is_as_long = self.for_days is None or (other.for_days is not None and other.for_days <= self.for_days)
        return is_as_wide and is_as_long


def check_order(rules: tuple[Revisit, ...]) -> tuple[Revisit, ...]:
    """Checks that every rule can apply, since the first that does counts; raises PydanticCustomError."""
    for index, rule in enumerate(rules):
        for number, earlier in enumerate(rules[:index], 1):
            if earlier.covers(rule):
                message = "it would never apply: revisit[{number}] counts first; put it before that one"
                raise PydanticCustomError("order", message, {"number": number, "at": index})
    return rules
