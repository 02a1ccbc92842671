"""The entry point for gunicorn and `flask --app wsgi`."""

from lti_tool import create_app
from lti_tool.settings import Settings

application = create_app(Settings())
