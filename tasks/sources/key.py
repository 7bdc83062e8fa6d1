"""What a source file may say under `key`: the header without which its host does not answer."""

from typing import Annotated

from pydantic import Field

from tasks.sources.checks import Host
from tasks.sources.methods import Strict


class Key(Strict):
    """A header whose value every user has from the site: `environment` names the variable that holds it.

    It is sent to `host` alone and is archived nowhere. Without it the source is skipped.
    """

    host: Host
    header: Annotated[str, Field(pattern="^[A-Za-z0-9-]+$")]
    environment: Annotated[str, Field(pattern="^INSPECTION_NEWS_[A-Z0-9_]+_KEY$")]
