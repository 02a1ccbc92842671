"""The tool as the measurements run it: its environment, its tables, one registered platform."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path

from alembic import command
from sqlalchemy import Engine

import lti_tool.models  # noqa: F401 - fills Base.metadata
from benchmarks.lti_platform import CLIENT, DEPLOYMENT, ISSUER, LOOPBACK
from lti_tool.cli.db import migrations
from lti_tool.db import Base, make_engine, make_sessions
from lti_tool.keys import KeyFolder
from lti_tool.models import Deployment, Platform

SAMPLE = "tests/curricula/sample"


def environment(folder: Path, port: int, database: str) -> dict[str, str]:
    """Settings of a service behind a reverse proxy."""
    return {
        "STAFFEL_PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        "STAFFEL_SECRET_KEY": "only for this measurement, and long enough",
        "STAFFEL_DATABASE_URL": database,
        "STAFFEL_KEYS_FOLDER": str(folder / "keys"),
        "STAFFEL_UPLOADS_URL": f"file://{folder / 'uploads'}",
        "STAFFEL_CURRICULUM": os.environ.get("BENCH_CURRICULUM", SAMPLE),
        "STAFFEL_PROXY_COUNT": "1",
        "STAFFEL_LOG_LEVEL": "ERROR",
    }


def prepare(env: Mapping[str, str], platform: str) -> Engine:
    """Makes a key that is old enough to sign, the tables, and the registration of `platform` (its address)."""
    folder = Path(env["STAFFEL_KEYS_FOLDER"])
    if not folder.exists():
        KeyFolder(folder).rotate(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1), bits=2048)
    engine = make_engine(env["STAFFEL_DATABASE_URL"])
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with migrations(engine) as config:
        command.stamp(config, "head")  # it would not be ready otherwise
    with make_sessions(engine).begin() as session:
        session.add(
            Platform(
                name="Messung",
                issuer=ISSUER,
                client_id=CLIENT,
                login_url="http://localhost:9/auth",
                token_url=f"{platform}/token",
                jwks_url=f"{platform}/jwks",
                family="moodle",
                active=True,
                allowed_hosts=[platform.rpartition("/")[2]],
                created_at=dt.datetime.now(dt.UTC),
                deployments=[Deployment(deployment_id=DEPLOYMENT)],
            )
        )
    return engine
