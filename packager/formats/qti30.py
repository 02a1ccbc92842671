"""QTI 3.0 content package: the same items and tests in the names of the newest version (QTI 3.0 ASI)."""

from __future__ import annotations

from packager.formats.base import Format
from packager.qti.check import package_faults
from packager.qti.dialect import QTI30
from packager.qti.package import renderer
from packager.qti.remarks import remarks

FORMAT = Format(
    name="qti30",
    label={
        "de": "Aufgaben und Tests in QTI 3.0, der neuesten Fassung",
        "en": "items and tests in QTI 3.0, the newest version",
    },
    render=renderer(QTI30),
    verify=package_faults,
    remarks=remarks,
    questions=True,
)
