"""The editions of Common Cartridge: namespaces and types of resources (CC 1.1 and 1.3 Implementation, section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
BLTI = "http://www.imsglobal.org/xsd/imsbasiclti_v1p0"
LTICP = "http://www.imsglobal.org/xsd/imslticp_v1p0"
PROFILES = "http://www.imsglobal.org/profile/cc"

Name = Literal["cc11", "cc13"]


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What differs; `schemaversion` is the text that importers compare."""

    name: Name
    schemaversion: str
    digit: str

    @property
    def namespace(self) -> str:
        return f"http://www.imsglobal.org/xsd/imsccv1p{self.digit}/imscp_v1p1"

    @property
    def metadata(self) -> str:
        return f"http://ltsc.ieee.org/xsd/imsccv1p{self.digit}/LOM/manifest"

    @property
    def resource_metadata(self) -> str:
        return f"http://ltsc.ieee.org/xsd/imsccv1p{self.digit}/LOM/resource"

    @property
    def weblink(self) -> str:
        """Namespace of a web link."""
        return f"http://www.imsglobal.org/xsd/imsccv1p{self.digit}/imswl_v1p{self.digit}"

    @property
    def link(self) -> str:
        """Namespace of an LTI link."""
        return f"http://www.imsglobal.org/xsd/imslticc_v1p{'0' if self.digit == '1' else self.digit}"

    @property
    def assessment_type(self) -> str:
        return f"imsqti_xmlv1p2/imscc_xmlv1p{self.digit}/assessment"

    @property
    def bank_type(self) -> str:
        return f"imsqti_xmlv1p2/imscc_xmlv1p{self.digit}/question-bank"

    @property
    def weblink_type(self) -> str:
        return f"imswl_xmlv1p{self.digit}"

    @property
    def link_type(self) -> str:
        return f"imsbasiclti_xmlv1p{'0' if self.digit == '1' else self.digit}"

    @property
    def topic_type(self) -> str:
        return f"imsdt_xmlv1p{self.digit}"

    @property
    def application_type(self) -> str:
        return f"associatedcontent/imscc_xmlv1p{self.digit}/learning-application-resource"

    @property
    def types(self) -> frozenset[str]:
        """All types that a resource may have."""
        xml = (self.assessment_type, self.bank_type, self.weblink_type, self.link_type, self.topic_type)
        return frozenset(("webcontent", self.application_type, *xml))

    @property
    def locations(self) -> str:
        """xsi:schemaLocation of the manifest."""
        profile = f"{PROFILES}/ccv1p{self.digit}"
        lom = f"{profile}/LOM/ccv1p{self.digit}_lommanifest_v1p0.xsd"
        return f"{self.namespace} {profile}/ccv1p{self.digit}_imscp_v1p2_v1p0.xsd {self.metadata} {lom}"

    @property
    def question_locations(self) -> str:
        """xsi:schemaLocation of questions."""
        return f"{QTI} {PROFILES}/ccv1p{self.digit}/ccv1p{self.digit}_qtiasiv1p2p1_v1p0.xsd"


EDITIONS: dict[Name, Edition] = {
    "cc11": Edition(name="cc11", schemaversion="1.1.0", digit="1"),
    "cc13": Edition(name="cc13", schemaversion="1.3.0", digit="3"),
}
