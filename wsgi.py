"""The entry point for gunicorn and `flask --app wsgi`."""

from content.findings import StaffelError
from lti_tool import create_app
from lti_tool.settings import Settings

try:
    application = create_app(Settings())
except StaffelError as fault:  # a curriculum with faults: its findings say more than where we stumbled
    raise SystemExit(str(fault)) from None
