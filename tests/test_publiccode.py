"""publiccode.yml has the mandatory keys of the publiccode.yml standard 0.4 and agrees with the project's own data."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError, model_validator

Status = Literal["concept", "development", "beta", "stable", "obsolete"]
Software = Literal[
    "standalone/mobile",
    "standalone/iot",
    "standalone/desktop",
    "standalone/web",
    "standalone/backend",
    "standalone/other",
    "addon",
    "library",
    "configurationFiles",
]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]


class Section(BaseModel):
    """A mapping of the file; keys that the standard leaves optional are let through."""

    model_config = ConfigDict(extra="allow")


class Description(Section):
    shortDescription: Annotated[str, Field(min_length=1, max_length=150)]
    longDescription: Annotated[str, Field(min_length=150, max_length=10_000)]
    features: Annotated[list[str], Field(min_length=1)]


class Legal(Section):
    license: str


class Contact(Section):
    name: str


class Contractor(Contact):
    until: date


class Maintenance(Section):
    type: Literal["internal", "contract", "community", "none"]
    contacts: list[Contact] = []
    contractors: list[Contractor] = []

    @model_validator(mode="after")
    def names_who_maintains(self) -> Self:
        if self.type in {"internal", "community"} and not self.contacts:
            raise ValueError("internal and community maintenance need contacts")
        if self.type == "contract" and not self.contractors:
            raise ValueError("maintenance by contract needs contractors")
        return self


class Localisation(Section):
    localisationReady: bool
    availableLanguages: Annotated[list[Language], Field(min_length=1)]


class PublicCode(Section):
    """Mandatory keys of https://yml.publiccode.tools/schema.core.html."""

    publiccodeYmlVersion: Annotated[str, Field(pattern=r"^0\.\d+(\.\d+)?$")]
    name: str
    url: HttpUrl
    platforms: Annotated[list[str], Field(min_length=1)]
    developmentStatus: Status
    softwareType: Software
    softwareVersion: str
    releaseDate: date
    description: Annotated[dict[Language, Description], Field(min_length=1)]
    legal: Legal
    maintenance: Maintenance
    localisation: Localisation


@pytest.fixture
def source(root: Path) -> dict[str, object]:
    loaded = yaml.safe_load((root / "publiccode.yml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_publiccode_has_every_mandatory_key(source: dict[str, object]) -> None:
    PublicCode.model_validate(source)


@pytest.mark.parametrize("key", ["name", "url", "description", "legal", "maintenance", "localisation"])
def test_a_missing_mandatory_key_is_noticed(source: dict[str, object], key: str) -> None:
    del source[key]
    with pytest.raises(ValidationError, match=key):
        PublicCode.model_validate(source)


def test_publiccode_agrees_with_the_project(source: dict[str, object], root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    public = PublicCode.model_validate(source)
    assert (public.name, public.softwareVersion) == (project["name"], project["version"])
    assert public.legal.license in project["license"]
    assert set(public.description) == set(public.localisation.availableLanguages)
