"""What the environment says, as it is when it is asked."""

import os
import re
from importlib.metadata import version
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.files import check_folder, is_writable
from storage.layout import Layout
from tasks.web.settings import ClientSettings, parse_connect_to

CONTACT_NEEDED = (
    "INSPECTION_NEWS_CONTACT is not set: sites are told who asks. Set it to an e-mail or web address of "
    "whoever answers for this crawler, for example INSPECTION_NEWS_CONTACT=archive@example.org"
)
#: Variables that hold the key of a source; its file names the one that it needs.
KEY = re.compile(r"INSPECTION_NEWS_[A-Z0-9_]+_KEY")


def read_keys() -> dict[str, str]:
    """Reads the sources' keys, by variable; an empty one is none."""
    return {name: value.strip() for name, value in os.environ.items() if KEY.fullmatch(name) and value.strip()}


class Settings(BaseSettings):
    """What the environment says: each field is the variable INSPECTION_NEWS_<FIELD>."""

    model_config = SettingsConfigDict(env_prefix="INSPECTION_NEWS_", env_ignore_empty=True, frozen=True)

    archive: Path = Field(Path("archive"), description="folder of the archive")
    connect_to: str | None = Field(None, description="HOST:PORT on loopback where all connections go")
    contact: str | None = Field(None, description="who answers for the crawler")
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, description="reader processes")
    sources: Path | None = Field(None, description="a further folder of source files")
    pace: float | None = Field(None, ge=0, description="factor on the sources' intervals; 0 with connect_to, else 1")

    @field_validator("archive", mode="before")
    @classmethod
    def _refuse_object_stores(cls, value: object) -> object:
        if "://" in str(value):
            raise ValueError(f"{value} is not a folder: an archive on an object store is not supported yet")
        return value

    @field_validator("archive")
    @classmethod
    def _refuse_files(cls, value: Path) -> Path:
        check_folder(value)
        return value

    @field_validator("connect_to")
    @classmethod
    def _refuse_other_hosts(cls, value: str | None) -> str | None:
        if value:
            parse_connect_to(value)
        return value

    @property
    def layout(self) -> Layout:
        """Where the archive's parts lie."""
        return Layout(self.archive.absolute())

    def find_archive(self) -> Layout:
        """Finds the archive; raises ValueError where there is none yet."""
        if not self.layout.tables.is_dir():
            raise ValueError(f"there is no archive in {self.archive}: INSPECTION_NEWS_ARCHIVE names its folder")
        return self.layout

    def check_writable(self) -> None:
        """Raises ValueError where the archive cannot be written to, or cannot be made."""
        for folder in (self.layout.root, self.layout.tables, self.layout.warc):
            if not is_writable(folder):
                raise ValueError(f"archive {self.archive} cannot be written to: no permission to write in {folder}")

    @property
    def source_folders(self) -> tuple[Path, ...]:
        """Folders of source files beside the packaged one."""
        return (self.sources,) if self.sources else ()

    @property
    def chosen_pace(self) -> float:
        """The factor on the sources' own intervals."""
        return self.pace if self.pace is not None else 0.0 if self.connect_to else 1.0

    def make_client_settings(self, *, is_local: bool = False) -> ClientSettings:
        """Makes the client's settings; raises ValueError where sites would not learn who asks.

        What `is_local` asks no site.
        """
        if not (self.contact or self.connect_to or is_local):
            raise ValueError(CONTACT_NEEDED)
        release = version("inspection-news")
        agent = f"inspection-news/{release}" + (f" (+{self.contact})" if self.contact else "")
        return ClientSettings(user_agent=agent, connect_to=self.connect_to, pace=self.chosen_pace, keys=read_keys())
