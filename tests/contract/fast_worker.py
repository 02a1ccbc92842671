"""A worker as `flask worker`, with waits that fit into a test: `python -m tests.contract.fast_worker`."""

import datetime as dt

from lti_tool import create_app
from lti_tool.delivery import Courier
from lti_tool.privacy import Periods
from lti_tool.scores import Policy
from lti_tool.settings import Settings
from lti_tool.uploads import Store
from lti_tool.web import EXTENSION, Tool
from lti_tool.worker import Duties, run, stop_on_signals

FAST = Policy(
    lease=dt.timedelta(seconds=3),
    send_within=dt.timedelta(seconds=1.5),
    first_delay=dt.timedelta(seconds=0.05),
    longest_delay=dt.timedelta(seconds=0.5),
    failures_before_pause=20,
    longest_pause=dt.timedelta(seconds=0.2),
)

if __name__ == "__main__":
    settings = Settings()
    tool: Tool = create_app(settings).extensions[EXTENSION]
    courier = Courier(sessions=tool.sessions, gateway=tool.gateway, clock=tool.clock, policy=FAST)
    periods = Periods(attempts=settings.attempts_days, drafts=settings.drafts_days, audit=settings.audit_days)
    run(Duties(courier=courier, store=Store(settings.uploads_url), periods=periods), stop_on_signals(), idle=0.1)
