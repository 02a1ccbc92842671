"""Serves Open edX's LTI platform (lti-consumer-xblock) on loopback until its standard input is closed.

    python -m tests.contract.openedx.server FOLDER

Prints its address as the first line. FOLDER takes the database.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from tests.contract.openedx.lms import STAND_INS

PACKAGE = "tests.contract.openedx"
LOOPBACK = "127.0.0.1"
HOST = "localhost"
"""Another host than the tool's, so that cookies do not mix."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """No line per request."""


def configure(base: str, folder: Path) -> None:
    """The smallest Django that the package can live in."""
    import django
    from django.conf import settings

    settings.configure(
        ALLOWED_HOSTS=[HOST],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": folder / "platform.sqlite3",
                "OPTIONS": {"timeout": 30, "transaction_mode": "IMMEDIATE"},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        FEATURES={},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "lti_consumer"],
        LEARNING_MICROFRONTEND_URL=base,
        LMS_BASE=base,
        LMS_ROOT_URL=base,
        LOGGING_CONFIG=None,
        MIDDLEWARE=[
            f"{PACKAGE}.lms.session_of",
            "edx_django_utils.cache.middleware.RequestCacheMiddleware",
            "edx_django_utils.cache.middleware.TieredCacheMiddleware",
        ],
        PLATFORM_NAME="Open edX",
        REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
        ROOT_URLCONF=f"{PACKAGE}.pages",
        SECRET_KEY="for this process alone",  # noqa: S106 - nothing is kept
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        USAGE_ID_PATTERN=r"(?P<usage_id>[^/]+)",
        USE_TZ=True,
    )
    django.setup()
    from django.core.management import call_command
    from lti_consumer.plugin import compat

    for name, stand_in in STAND_INS.items():
        setattr(compat, name, stand_in)
    call_command("migrate", verbosity=0)


def application() -> Any:
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def main() -> None:
    server = Server((LOOPBACK, 0), Quiet)
    base = f"http://{HOST}:{server.server_port}"
    configure(base, Path(sys.argv[1]))
    server.set_app(application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(base, flush=True)
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
