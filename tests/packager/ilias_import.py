"""What ILIAS makes of a pool: a model of its importers (`ilQTIParser`, classes `ass…Import`, releases 8 to 10).

Written from what they do, quirks included: all text up to the next start tag belongs to the element before; pictures of
other kinds than PNG, JPEG and GIF vanish; feedback without a link vanishes. ILIAS itself has not run.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from xml.parsers import expat

CHUNK = 4096
CLASSES = {
    "SINGLE CHOICE QUESTION": "assSingleChoice",
    "MULTIPLE CHOICE QUESTION": "assMultipleChoice",
    "KPRIM CHOICE QUESTION": "assKprimChoice",
    "CLOZE QUESTION": "assClozeTest",
    "NUMERIC QUESTION": "assNumeric",
    "TEXT QUESTION": "assTextQuestion",
    "ORDERING QUESTION": "assOrderingQuestion",
    "MATCHING QUESTION": "assMatchingQuestion",
    "IMAGE MAP QUESTION": "assImagemapQuestion",
}
RIGHT, WRONG = "response_allcorrect", "response_onenotcorrect"
HEADS = {b"\x89PNG\r\n\x1a\n": ("png",), b"\xff\xd8\xff": ("jpg", "jpeg"), b"GIF8": ("gif",)}
MEDIA = re.compile(r"il_[0-9]+_mob_[0-9]+")
SHOWN = re.compile(r'src="(il_[0-9]+_mob_[0-9]+)"')
NOTHING = Decimal(0)


@dataclass
class Node:
    """An element as ILIAS' reader sees it: `text` is everything up to the next start tag."""

    tag: str
    attributes: Mapping[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator[Node]:
        """Elements of these names below it, in document order."""
        for child in self.children:
            if child.tag in tags:
                yield child
            yield from child.all(*tags)

    def one(self, tag: str) -> Node | None:
        return next(self.all(tag), None)

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")


@dataclass
class Answer:
    """An option, a gap's answer, a pair, an area: points when it is given and when it is not."""

    text: str
    points: Decimal = NOTHING
    unchecked: Decimal = NOTHING
    feedback: str = ""
    picture: bytes = b""


@dataclass
class Gap:
    kind: str
    answers: list[Answer] = field(default_factory=list)
    bounds: tuple[str, str] = ("", "")


@dataclass
class Question:
    """What stands in ILIAS after the import."""

    kind: str
    title: str
    metadata: Mapping[str, str]
    comment: str
    text: str = ""
    answers: list[Answer] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    own_points: Decimal = NOTHING
    right: str = ""
    wrong: str = ""
    hints: list[str] = field(default_factory=list)
    picture: bytes = b""
    lost: set[str] = field(default_factory=set)

    def maximum(self) -> Decimal:
        """The points of the question, as ILIAS adds them up."""
        if self.gaps:
            return sum((max(answer.points for answer in gap.answers) for gap in self.gaps), NOTHING)
        one = self.kind == "assSingleChoice" or self.metadata.get("IS_MULTIPLE_CHOICE") == "0"
        if one:
            return max(answer.points for answer in self.answers)
        if self.kind in ("assMultipleChoice", "assImagemapQuestion", "assMatchingQuestion"):
            return sum((max(answer.points, answer.unchecked) for answer in self.answers), NOTHING)
        return self.own_points


def questions(parts: Mapping[str, bytes]) -> list[Question]:
    """The questions of a pool whose files are `parts`; ILIAS finds the document by its name."""
    folder = next(iter(sorted(parts))).split("/")[0]
    root = read(parts[f"{folder}/{folder.replace('qpl', 'qti')}.xml"])
    return [_Import(item, parts, folder).question() for item in root.all("item")]


def read(data: bytes) -> Node:
    """Reads in pieces of 4096 bytes, as ILIAS does."""
    root = last = Node("", {})
    open_ = [root]

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal last
        last = Node(tag.lower(), attributes)
        open_[-1].children.append(last)
        open_.append(last)

    def text(piece: str) -> None:
        last.text += piece

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_.pop()
    parser.CharacterDataHandler = text
    for at in range(0, len(data), CHUNK):
        parser.Parse(data[at : at + CHUNK], at + CHUNK >= len(data))
    return root


class _Import:
    """One item on its way into the database."""

    def __init__(self, item: Node, parts: Mapping[str, bytes], folder: str) -> None:
        self.item, self.parts, self.folder = item, parts, folder
        self.rules = list(item.all("respcondition"))
        self.feedback = {node.get("ident"): node for node in item.all("itemfeedback")}
        self.known: set[str] = set()

    def question(self) -> Question:
        fields = {
            node.children[0].text: node.children[1].text for node in self.item.all("qtimetadatafield") if node.children
        }
        kind = CLASSES[fields["QUESTIONTYPE"]]
        comment = self.item.one("qticomment")
        made = Question(kind, self.item.get("title"), fields, comment.text if comment else "")
        presentation = self.item.one("presentation")
        assert presentation is not None
        made.text = self._prompt(presentation)
        getattr(self, f"_{kind}")(made, presentation)
        made.hints = [
            hint.text for hint in sorted(self.item.all("solutionhint"), key=lambda hint: int(hint.get("index")))
        ]
        if any(link.get("linkrefid") for rule in self._rules_for_general(kind) for link in rule.all("displayfeedback")):
            made.right, made.wrong = self._said(RIGHT), self._said(WRONG)
        texts = [made.text, made.right, made.wrong, *(answer.text + answer.feedback for answer in made.answers)]
        made.lost = {label for text in texts for label in SHOWN.findall(text)} - self.known
        return made

    def _rules_for_general(self, kind: str) -> list[Node]:
        """Choices and kprim read the general feedback where points stand, the others anywhere."""
        if kind in ("assSingleChoice", "assMultipleChoice", "assKprimChoice", "assImagemapQuestion"):
            return [rule for rule in self.rules if rule.one("setvar") is not None]
        return self.rules

    def _prompt(self, presentation: Node) -> str:
        flow = presentation.children[0]
        first = next((child for child in flow.children if child.tag == "material"), None)
        return self._material(first) if first else ""

    def _material(self, material: Node) -> str:
        """The text; media objects are known from here on if their file is taken."""
        for image in material.children:
            if image.tag == "matimage" and MEDIA.fullmatch(image.get("label")) and self._file(image):
                self.known.add(image.get("label"))
        return "".join(child.text for child in material.children if child.tag == "mattext" and not child.get("label"))

    def _file(self, image: Node) -> bytes:
        """The picture, empty where ILIAS leaves it out."""
        uri, embedded = image.get("uri"), image.get("embedded") == "base64"
        data = base64.b64decode(image.text) if embedded else self.parts.get(f"{self.folder}/{uri}", b"")
        suffix = (uri or image.get("label")).rpartition(".")[2].lower()
        fits = any(data.startswith(head) and suffix in suffixes for head, suffixes in HEADS.items())
        return data if fits else b""

    def _said(self, ident: str) -> str:
        node = self.feedback.get(ident)
        material = node.one("material") if node else None
        return self._material(material) if material else ""

    def _labels(self, presentation: Node) -> dict[str, Answer]:
        found = {}
        for label in presentation.all("response_label"):
            material = label.one("material")
            image = label.one("matimage")
            text = self._material(material) if material else ""
            found[label.get("ident")] = Answer(text, picture=self._file(image) if image else b"")
        return found

    def _choice(self, made: Question, presentation: Node) -> None:
        answers = self._labels(presentation)
        for rule in self.rules:
            equal, value = rule.one("varequal"), rule.one("setvar")
            if equal is None or value is None:
                continue
            answer = answers[equal.text]
            if rule.one("not") is not None:
                answer.unchecked = Decimal(value.text)
                continue
            answer.points = Decimal(value.text)
            answer.feedback = "".join(self._said(link.get("linkrefid")) for link in rule.all("displayfeedback"))
        made.answers = list(answers.values())

    _assSingleChoice = _assMultipleChoice = _choice

    def _assKprimChoice(self, made: Question, presentation: Node) -> None:
        answers = self._labels(presentation)
        (outcome,) = (node for node in self.item.all("decvar") if node.get("varname") == "SCORE")
        made.own_points = Decimal(outcome.get("maxvalue"))
        for rule in self.rules:
            equal = rule.one("varequal")
            if rule.one("setvar") is not None or equal is None:
                continue
            answer = answers[equal.get("respident")]
            answer.points = Decimal(equal.text)
            answer.feedback = "".join(self._said(link.get("linkrefid")) for link in rule.all("displayfeedback"))
        made.answers = list(answers.values())

    def _assClozeTest(self, made: Question, presentation: Node) -> None:
        pieces, gaps = [], {}
        for child in presentation.children[0].children:
            if child.tag == "material":
                pieces.append(self._material(child))
                continue
            box = child.one("render_fib")
            kind = "select" if box is None else "numeric" if box.get("fibtype") == "Decimal" else "text"
            gap = gaps[child.get("ident")] = Gap(kind)
            if box is None:
                gap.answers = list(self._labels(child).values())
            else:
                gap.bounds = (box.get("minnumber"), box.get("maxnumber"))
        for rule in self.rules:
            equal, value = rule.one("varequal"), rule.one("setvar")
            assert equal is not None
            assert value is not None
            gap = gaps[equal.get("respident")]
            if gap.kind != "select":
                gap.answers.append(Answer(equal.text, Decimal(value.text)))
            for answer in gap.answers:
                if gap.kind == "select" and answer.text == equal.text:
                    answer.points = Decimal(value.text)
        made.text = made.metadata["question"] + "".join(pieces)
        made.gaps = list(gaps.values())

    def _assNumeric(self, made: Question, presentation: Node) -> None:
        (rule,) = self.rules
        low, high, value = rule.one("vargte"), rule.one("varlte"), rule.one("setvar")
        assert low is not None
        assert high is not None
        assert value is not None
        made.own_points = Decimal(value.text)
        made.answers = [Answer(f"{low.text} {high.text}", made.own_points)]

    def _assTextQuestion(self, made: Question, presentation: Node) -> None:
        made.own_points = [Decimal(node.get("maxvalue")) for node in self.item.all("decvar")][-1]

    def _assOrderingQuestion(self, made: Question, presentation: Node) -> None:
        answers, order = self._labels(presentation), {}
        for rule in self.rules:
            equal, value = rule.one("varequal"), rule.one("setvar")
            assert equal is not None
            assert value is not None
            answers[equal.text].points = Decimal(value.text)
            order[int(equal.get("index"))] = answers[equal.text]
        made.answers = [answer for _, answer in sorted(order.items())]
        own = Decimal(made.metadata.get("points") or 0)
        made.own_points = own if own > 0 else sum((answer.points for answer in made.answers), NOTHING)

    def _assMatchingQuestion(self, made: Question, presentation: Node) -> None:
        sides = self._labels(presentation)
        for rule in self.rules:
            subset, value = rule.one("varsubset"), rule.one("setvar")
            assert subset is not None
            assert value is not None
            term, definition = subset.text.split(",")
            text = f"{sides[definition].text} = {sides[term].text}"
            made.answers.append(Answer(text, Decimal(value.text)))

    def _assImagemapQuestion(self, made: Question, presentation: Node) -> None:
        areas = {label.text: Answer("") for label in presentation.all("response_label")}
        for label, answer in zip(presentation.all("response_label"), areas.values(), strict=True):
            material = label.one("material")
            answer.text = self._material(material) if material else ""
        image = presentation.one("matimage")
        made.picture = self._file(image) if image else b""
        for rule in self.rules:
            inside, value = rule.one("varinside"), rule.one("setvar")
            assert inside is not None
            assert value is not None
            answer = areas[inside.text]
            if rule.one("not") is not None:
                answer.unchecked = Decimal(value.text)
                continue
            answer.points = Decimal(value.text)
            answer.feedback = "".join(self._said(link.get("linkrefid")) for link in rule.all("displayfeedback"))
        made.answers = list(areas.values())
