"""Pages that are drawn once and filled for each: nobody sees another's values, and nobody's values are markup."""

from __future__ import annotations

from collections.abc import Mapping

from lti_tool.stencils import Stencils


class Drawing:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, key: str, holes: Mapping[str, str]) -> str:
        self.count += 1
        return f'<p data-token="{holes["token"]}">{key} {holes["name"]}, {holes["token"]}</p>'


def test_an_equal_page_is_drawn_once_and_filled_for_each() -> None:
    stencils, draw = Stencils(), Drawing()
    pages = [stencils.page("a", {"token": token, "name": "x"}, draw) for token in ("t1", "t2")]
    assert pages == [f'<p data-token="{token}">a x, {token}</p>' for token in ("t1", "t2")]
    assert draw.count == 1
    assert stencils.page("b", {"token": "t", "name": ""}, draw) == '<p data-token="t">b , t</p>'


def test_values_are_escaped_and_never_holes_themselves() -> None:
    stencils, draw = Stencils(), Drawing()
    stencils.page("a", {"token": "secret", "name": "x"}, draw)
    page = stencils.page("a", {"token": '"><script>', "name": "token"}, draw)
    assert "secret" not in page
    assert page == '<p data-token="&quot;&gt;&lt;script&gt;">a token, &quot;&gt;&lt;script&gt;</p>'


def test_a_text_that_is_named_like_a_hole_stays_text() -> None:
    stencils = Stencils()
    assert stencils.page("a", {"name": "x"}, lambda key, holes: f"name{holes['name']}name") == "namexname"
    assert stencils.page("b", {"name": "x"}, lambda key, holes: holes["name"]) == "x"


def test_only_the_newest_pages_are_kept() -> None:
    stencils, draw = Stencils(most=2), Drawing()
    for key in ("a", "b", "c", "c", "b", "a"):
        stencils.page(key, {"token": "t", "name": "n"}, draw)
    assert draw.count == 4
