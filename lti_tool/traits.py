"""What each learning platform does differently with grades, in one table; every row names its source.

A platform is known by the `product_family_code` and `version` of its launches (LTI Core 1.3, 5.4.4).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Traits:
    """How Assignment and Grade Services 2.0 behave there.

    `only_numbers`: a score without a number or not FullyGraded erases the grade, so such scores stay here.
    `finds_columns`, `makes_columns`: line items can be listed and created.
    `deep_links`: content can be chosen in the platform.
    `shared_links`: the pattern of a `resource_link.id` that several links may have.
    """

    name: str
    family: str
    major: frozenset[int] = frozenset()
    only_numbers: bool = False
    finds_columns: bool = True
    makes_columns: bool = True
    deep_links: bool = True
    shared_links: str = ""
    source: str = ""

    def fits(self, family: str, version: str) -> bool:
        """Whether it is this one: ILIAS calls itself „ilias“ in launches, „ilias.de“ in its OpenID configuration."""
        return self.family == family.lower().removesuffix(".de") and (not self.major or major(version) in self.major)


TRAITS: tuple[Traits, ...] = (
    Traits(
        name="Moodle",
        family="moodle",
        only_numbers=True,
        source="moodle/mod/lti/service/gradebookservices/classes/local/service/gradebookservices.php: save_grade_item "
        "sets the grade to null unless gradingProgress is FullyGraded and scoreGiven is there",
    ),
    Traits(
        name="ILIAS 8, 9",
        family="ilias",
        major=frozenset({8, 9}),
        only_numbers=True,
        finds_columns=False,
        makes_columns=False,
        deep_links=False,
        shared_links=r"p\d+",
        source="ILIAS/Modules/LTIConsumer/classes/class.ilLTIConsumerGradeServiceScores.php: everything but "
        "FullyGraded becomes the result 0; class.ilLTIConsumerGradeServiceLineItems.php has no code",
    ),
    Traits(
        name="ILIAS 10",
        family="ilias",
        only_numbers=True,
        finds_columns=False,
        makes_columns=False,
        deep_links=False,
        shared_links=r"p\d+",
        source="ILIAS/components/ILIAS/LTIConsumer: as 8 and 9; pull requests 11835 and 11948 add line items and deep "
        "linking to release 11",
    ),
)
GENERIC = Traits(name="LTI 1.3", family="", source="LTI Assignment and Grade Services 2.0, sections 3.2 and 3.4")


def traits(family: str, version: str = "") -> Traits:
    """The first row that fits, else what the standard says."""
    return next((row for row in TRAITS if row.fits(family, version)), GENERIC)


def major(version: str) -> int | None:
    """The leading number of a version (`9.14` -> 9)."""
    digits = version.split(".", 1)[0].strip()
    return int(digits) if digits.isdecimal() else None
