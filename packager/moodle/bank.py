"""The question bank of a quiz in a course backup: a category per section, each question with its type's own table.

Layout of Moodle 4.0 (question_bank_entry > question_version > question), backup/moodle2/backup_stepslib.php and
question/type/*/backup/moodle2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import singledispatchmethod
from itertools import count

from lxml import etree
from lxml.builder import E

from content.model import Curriculum
from packager.areas import stored
from packager.moodle import questions as q
from packager.moodle.cloze import code
from packager.moodle.files import Area, Files
from packager.moodle.fractions import FULL, NOTHING
from packager.moodle.plan import Activity
from packager.moodle.records import HTML, MOMENT, NULL, Value, formatted, row
from packager.titles import MOODLE, shortened

MODULE_LEVEL = 70
"""CONTEXT_MODULE: such categories stay valid in every version, also where Moodle 5 has moved the course's banks."""
PLAIN = 0
STEP = 10_000_000
HUNDRED = Decimal(100)


@dataclass
class Bank:
    """The questions of all quizzes of one backup; ids are unique in it."""

    curriculum: Curriculum
    files: Files
    categories: list[etree._Element] = field(default_factory=list)
    held: dict[int, list[int]] = field(default_factory=dict)
    """Course module of a quiz -> ids of the files that its questions show."""
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    def category(self, quiz: Activity, parent: int, name: str, key: str) -> tuple[int, etree._Element]:
        """A category in the quiz's own context; returns its id and where its entries go."""
        identifier = next(self._ids)
        element = row(
            "question_category",
            identifier,
            {
                "name": shortened(name, MOODLE),
                "contextid": quiz.context,
                "contextlevel": MODULE_LEVEL,
                "contextinstanceid": quiz.cm,
                "info": "",
                "infoformat": PLAIN,
                "stamp": f"staffel+category+{key}",
                "parent": parent,
                "sortorder": 0 if not parent else 999,
                "idnumber": key if parent else None,
            },
        )
        entries = etree.SubElement(element, "question_bank_entries")
        self.categories.append(element)
        return identifier, entries

    def entry(self, quiz: Activity, category: tuple[int, etree._Element], item: q.Question) -> int:
        """Put a question into a category and return the id of its entry."""
        identifier, element = self._question(quiz, item, 0, item.id)
        entry = self._entry(category, element, item.id)
        if isinstance(item, q.Cloze):
            self._gaps(quiz, category, item, identifier, element)
        return entry

    def _entry(self, category: tuple[int, etree._Element], question: etree._Element, idnumber: str | None) -> int:
        identifier = next(self._ids)
        element = row("question_bank_entry", identifier, {"questioncategoryid": category[0], "idnumber": idnumber})
        etree.SubElement(element, "ownerid").text = NULL
        version = row("question_versions", next(self._ids), {"version": 1, "status": "ready"})
        version.append(E.questions(question))
        element.append(E.question_version(version))
        category[1].append(element)
        return identifier

    def _question(self, quiz: Activity, item: q.Question, parent: int, stamp: str) -> tuple[int, etree._Element]:
        identifier = next(self._ids)
        writer = _Writer(self, quiz, identifier)
        columns: dict[str, Value] = {
            "parent": parent,
            "name": item.name,
            **formatted("questiontext", writer.text(item.text, "questiontext")),
            **formatted("generalfeedback", writer.text(item.general, "generalfeedback")),
            "defaultmark": f"{item.weight * len(item.gaps) if isinstance(item, q.Cloze) else item.mark}.0000000",
            "penalty": "0.0000000",
            "qtype": item.qtype,
            "length": 1,
            "stamp": f"staffel+{self.curriculum.id}+{stamp}",
            "timecreated": MOMENT,
            "timemodified": MOMENT,
            "createdby": None,
            "modifiedby": None,
        }
        element = row("question", identifier, columns)
        element.append(E(f"plugin_qtype_{item.qtype}_question", *writer.body(item)))
        element.append(E.question_hints(*(writer.hint(hint) for hint in item.hints)))
        element.append(E.tags(*(self._tag(quiz, tag) for tag in item.tags)))
        return identifier, element

    def _tag(self, quiz: Activity, tag: str) -> etree._Element:
        return row("tag", next(self._ids), {"name": tag.lower(), "rawname": tag, "contextid": quiz.context})

    def _gaps(
        self,
        quiz: Activity,
        category: tuple[int, etree._Element],
        item: q.Cloze,
        parent: int,
        element: etree._Element,
    ) -> None:
        """Every gap is a question of its own; the cloze lists them in `sequence`."""
        ids = []
        for gap in item.gaps:
            told = replace(gap, name=item.name, text=q.Text(code(gap, item.weight)), mark=item.weight)
            identifier, child = self._question(quiz, told, parent, f"{item.id}+{gap.id}")
            self._entry(category, child, None)
            ids.append(identifier)
        plugin = element.find("plugin_qtype_multianswer_question")
        if plugin is not None:
            sequence = ",".join(str(identifier) for identifier in ids)
            plugin.append(row("multianswer", next(self._ids), {"question": parent, "sequence": sequence}))

    def document(self) -> etree._Element:
        return E.question_categories(*self.categories)


@dataclass
class _Writer:
    """Writes one question: its texts with their files, and the table of its type."""

    bank: Bank
    quiz: Activity
    question: int

    def text(self, text: q.Text, area: str, item: int | None = None, component: str = "question") -> str:
        for path in text.files:
            asset = self.bank.curriculum.assets.get(path)
            if asset:
                place = Area(self.quiz.context, component, area, self.question if item is None else item)
                identifier = self.bank.files.add(place, path, stored(asset), asset.author)
                self.bank.held.setdefault(self.quiz.cm, []).append(identifier)
        return text.html

    def next(self) -> int:
        return next(self.bank._ids)

    def hint(self, hint: q.Text) -> etree._Element:
        identifier = self.next()
        columns = formatted("hint", self.text(hint, "hint", identifier))
        return row("question_hint", identifier, {**columns, "shownumcorrect": 1, "clearwrong": 0, "options": None})

    def answer(self, text: str, html: bool, percent: Decimal, feedback: q.Text, identifier: int) -> etree._Element:
        columns: Mapping[str, Value] = {
            "answertext": text,
            "answerformat": HTML if html else PLAIN,
            "fraction": f"{percent / HUNDRED:.7f}",
            **formatted("feedback", self.text(feedback, "answerfeedback", identifier)),
        }
        return row("answer", identifier, columns)

    def combined(self, combined: q.Combined) -> dict[str, Value]:
        texts = (
            ("correctfeedback", combined.correct),
            ("partiallycorrectfeedback", combined.partial),
            ("incorrectfeedback", combined.incorrect),
        )
        columns: dict[str, Value] = {}
        for name, text in texts:
            columns |= formatted(name, self.text(text, name))
        return columns

    @singledispatchmethod
    def body(self, item: q.Question) -> Iterator[etree._Element]:
        raise TypeError(f"{type(item).__name__} does not go into a backup for Moodle 4.0")

    @body.register
    def _(self, item: q.MultiChoice) -> Iterator[etree._Element]:
        answers = E.answers()
        for answer in item.answers:
            identifier = self.next()
            text = self.text(answer.text, "answer", identifier)
            answers.append(self.answer(text, True, answer.percent, answer.feedback, identifier))
        yield answers
        columns: dict[str, Value] = {"layout": 0, "single": item.single, "shuffleanswers": item.shuffle}
        columns |= self.combined(item.combined)
        columns |= {"answernumbering": "none", "shownumcorrect": 1, "showstandardinstruction": 1}
        yield row("multichoice", self.next(), columns)

    @body.register
    def _(self, item: q.TrueFalse) -> Iterator[etree._Element]:
        true, false = self.next(), self.next()
        cases = (("True", true, item.right, item.feedback_true), ("False", false, not item.right, item.feedback_false))
        yield E.answers(
            *(
                self.answer(name, False, FULL if right else NOTHING, feedback, identifier)
                for name, identifier, right, feedback in cases
            )
        )
        yield row("truefalse", self.next(), {"trueanswer": true, "falseanswer": false, "showstandardinstruction": 1})

    @body.register
    def _(self, item: q.ShortAnswer) -> Iterator[etree._Element]:
        typed = (self.answer(a.text, False, a.percent, a.feedback, self.next()) for a in item.answers)
        yield E.answers(*typed)
        yield row("shortanswer", self.next(), {"usecase": item.case_sensitive})

    @body.register
    def _(self, item: q.Numerical) -> Iterator[etree._Element]:
        answers, records = E.answers(), E.numerical_records()
        for answer in item.answers:
            identifier = self.next()
            answers.append(self.answer(answer.text, False, answer.percent, answer.feedback, identifier))
            columns: dict[str, Value] = {"answer": identifier, "tolerance": f"{answer.tolerance:f}"}
            records.append(row("numerical_record", self.next(), columns))
        yield answers
        unit = [row("numerical_unit", self.next(), {"multiplier": "1.0", "unit": item.unit})] if item.unit else []
        yield E.numerical_units(*unit)
        options: dict[str, Value] = {"showunits": 0 if item.unit else 3, "unitsleft": 0}
        options |= {"unitgradingtype": 0, "unitpenalty": "0.1000000"}
        yield E.numerical_options(row("numerical_option", self.next(), options))
        yield records

    @body.register
    def _(self, item: q.Matching) -> Iterator[etree._Element]:
        columns: dict[str, Value] = {"shuffleanswers": item.shuffle, **self.combined(item.combined)}
        yield row("matchoptions", self.next(), {**columns, "shownumcorrect": 1})
        matches = E.matches()
        rows = [(pair.text, item.choices[pair.choice]) for pair in item.pairs]
        rows += [(q.EMPTY, text) for text in item.distractors()]
        for text, choice in rows:
            identifier = self.next()
            html = self.text(text, "subquestion", identifier, "qtype_match")
            matches.append(row("match", identifier, {**formatted("questiontext", html), "answertext": choice}))
        yield matches

    @body.register
    def _(self, item: q.Cloze) -> Iterator[etree._Element]:
        yield E.answers()
