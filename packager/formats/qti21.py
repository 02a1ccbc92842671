"""QTI 2.1 content package: items and tests for OpenOlat, ONYX, TAO and others; readers of QTI 2.2 take it too."""

from __future__ import annotations

from packager.formats.base import Format
from packager.qti.check import package_faults
from packager.qti.dialect import QTI21
from packager.qti.package import renderer
from packager.qti.remarks import remarks

FORMAT = Format(
    name="qti21",
    label={
        "de": "Aufgaben und Tests in QTI 2.1 für OpenOlat, ONYX, TAO und andere Prüfungssysteme",
        "en": "items and tests in QTI 2.1 for OpenOlat, ONYX, TAO and other assessment systems",
    },
    render=renderer(QTI21),
    verify=package_faults,
    remarks=remarks,
    questions=True,
)
