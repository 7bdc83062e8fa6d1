"""The rules that a source file may give under `[[revisit]]`: which pages are asked for again, and when."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

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

    def applies_to(self, target: str, age: timedelta) -> bool:
        """Tells whether the rule is for an address, given as `path?query`, that long after publication."""
        is_over = self.for_days is not None and age > timedelta(days=self.for_days)
        return not is_over and (self.pattern is None or re.search(self.pattern, target) is not None)
