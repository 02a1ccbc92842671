"""A small learning platform that speaks real LTI 1.3 over HTTP: for trying the tool, and strict enough to test it.

It runs on the loopback interface alone, only when asked for (`Settings.sandbox`), and knows nothing of the tool but
its public addresses. What Moodle and ILIAS do in their own way is a switch (`Quirks`), what can go wrong too (`Fault`).
"""

from lti_tool.sandbox.app import create_platform
from lti_tool.sandbox.model import Draft, Fault, Person, Quirks, ResourceLink, Sandbox, ToolRegistration
from lti_tool.sandbox.serving import served

__all__ = [
    "Draft",
    "Fault",
    "Person",
    "Quirks",
    "ResourceLink",
    "Sandbox",
    "ToolRegistration",
    "create_platform",
    "served",
]
