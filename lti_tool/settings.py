"""Settings from the environment (`STAFFEL_…`) or a `.env` file: typed, frozen, secrets masked.

The start fails with one sentence per missing or wrong setting. docs/handbuch/betrieb.md lists all of them.
"""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MINIMUM_SECRET = 32
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Settings(BaseSettings):
    """What an operator decides. Times are in the unit that the name says."""

    model_config = SettingsConfigDict(env_prefix="STAFFEL_", env_file=".env", extra="ignore", frozen=True)

    public_url: str = "http://127.0.0.1:5000"
    """Address under which browsers and platforms reach the tool, without a path; https outside loopback."""
    secret_key: SecretStr = SecretStr("")
    """At least 32 random characters; signs launch tokens. Old ones go to `secret_key_fallbacks`."""
    secret_key_fallbacks: tuple[SecretStr, ...] = ()
    database_url: str = "sqlite:///var/staffel.sqlite3"
    keys_folder: Path = Path("keys")
    curriculum: Path = Path("content/curricula/smart-city-manager")
    profile: str | None = None
    uploads_url: str = "file://var/uploads"
    """Where uploaded files are kept, as fsspec reads it: file://folder or s3://bucket/folder."""
    upload_megabytes: int = Field(default=10, ge=1, le=100)
    shared_devices: bool = False
    """Participants sit at computers that several people use: browsers keep no unsaved text unless a person says so."""
    store_names: bool = False
    """Keep the name that the platform sends; without it trainers see aliases."""
    passback_mode: Literal["points", "completion"] = "points"
    """For new registrations; each registration has its own."""
    launch_token_minutes: int = Field(default=480, ge=5, le=1440)
    allowed_hosts: tuple[str, ...] = ()
    """Hosts whose private addresses outgoing requests may reach: for trying out, never for operation."""
    proxy_count: int = Field(default=0, ge=0, le=5)
    """Reverse proxies in front, whose X-Forwarded headers are to be trusted."""
    sandbox: bool = False
    """Serve the sandbox LMS; only on loopback."""
    operator_name: str = ""
    """Who operates the tool, for the notice under GDPR article 13; with address, e-mail and data protection officer."""
    operator_address: str = ""
    operator_email: str = ""
    operator_privacy_officer: str = ""
    attempts_days: int = Field(default=365, ge=1)
    drafts_days: int = Field(default=30, ge=1)
    audit_days: int = Field(default=90, ge=1)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("an address such as https://lernen.example.de, without a path, is expected")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("https is needed outside this machine: browsers drop cookies and LMSs block mixed content")
        return value.rstrip("/")

    @model_validator(mode="before")
    @classmethod
    def _sandbox_secret(cls, values: dict[str, object]) -> dict[str, object]:
        """The sandbox works without a secret of its own: one for this start."""
        if str(values.get("sandbox", "")).lower() in ("1", "true", "yes", "on") and not values.get("secret_key"):
            values["secret_key"] = secrets.token_urlsafe(MINIMUM_SECRET)
        return values

    @model_validator(mode="after")
    def _complete(self) -> Settings:
        if len(self.secret_key.get_secret_value()) < MINIMUM_SECRET:
            raise ValueError(f"STAFFEL_SECRET_KEY needs at least {MINIMUM_SECRET} random characters")
        if self.sandbox and urlsplit(self.public_url).hostname not in LOOPBACK:
            raise ValueError("the sandbox LMS runs on this machine only; set STAFFEL_PUBLIC_URL to a loopback address")
        return self

    @property
    def lacks_operator(self) -> bool:
        """A tool that strangers use, and nobody can read whom to ask."""
        local = urlsplit(self.public_url).hostname in LOOPBACK
        return not local and not all((self.operator_name, self.operator_address, self.operator_email))

    @cached_property
    def https(self) -> bool:
        return self.public_url.startswith("https://")
