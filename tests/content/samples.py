"""One exercise of every type and variant, as YAML that an author could have written."""

from __future__ import annotations

import textwrap

EXERCISES = textwrap.dedent(
    """\
    - id: einfach
      type: single-choice
      title: Einfach
      prompt: Was gilt?
      options:
        - {id: a, text: Eins, correct: true, feedback: Ja.}
        - {id: b, text: Zwei, feedback: Nein.}
        - {id: c, text: Drei, feedback: Auch nicht.}
    - id: gestuft
      type: single-choice
      title: Gestuft
      prompt: Was passt am besten?
      options:
        - {id: a, text: Gut, correct: true}
        - {id: b, text: Fast, credit: 50}
        - {id: c, text: Schlecht}
    - id: mehrfach
      type: multiple-choice
      title: Mehrfach
      prompt: Welche gelten?
      options:
        - {id: a, text: A, correct: true}
        - {id: b, text: B, correct: true}
        - {id: c, text: C}
        - {id: d, text: D}
        - {id: e, text: E}
    - id: genau
      type: multiple-choice
      title: Genau
      scoring: all
      prompt: Genau welche?
      options:
        - {id: a, text: A, correct: true}
        - {id: b, text: B, correct: true}
        - {id: c, text: C}
    - id: aussage
      type: true-false
      title: Aussage
      prompt: Das stimmt.
      answer: false
      feedback_true: Leider nein.
      feedback_false: Richtig erkannt.
    - id: paare
      type: matching
      title: Paare
      prompt: Ordnen Sie zu.
      sources:
        - {id: s1, text: Eins, target: t1, feedback: Eins gehört zu A.}
        - {id: s2, text: Zwei, target: t2}
        - {id: s3, text: Drei, target: t1}
      targets:
        - {id: t1, text: A}
        - {id: t2, text: B}
        - {id: t3, text: C}
    - id: folge
      type: ordering
      title: Folge
      prompt: Sortieren Sie.
      items:
        - {id: a, text: Erstens}
        - {id: b, text: Zweitens}
        - {id: c, text: Drittens, feedback: Drittens kommt zuletzt.}
    - id: folge-ganz
      type: ordering
      title: Folge ganz
      scoring: all
      prompt: Sortieren Sie.
      items:
        - {id: a, text: Erstens}
        - {id: b, text: Zweitens}
    - id: zahl
      type: numeric
      title: Zahl
      prompt: Wie viel?
      answer: 1234.5
      tolerance: 0.5
      unit: Euro
      wrong: [{answer: 12, feedback: Das sind die Monate.}]
    - id: wort
      type: short-text
      title: Wort
      prompt: Wie heißt es?
      answers: ["Onlinezugangsgesetz", {text: OZG, credit: 50}]
      wrong: [{text: EGovG, feedback: Das ist ein anderes.}]
    - id: luecken
      type: gap-text
      title: Lücken
      prompt: Ergänzen Sie.
      text: Das [[gesetz]] gilt für [[wen]] seit [[jahr]].
      gaps:
        - {id: gesetz, type: text, answers: ["Gesetz"], feedback: Das gesuchte Wort steht oben.}
        - id: wen
          type: select
          options:
            - {id: alle, text: alle, correct: true}
            - {id: bund, text: den Bund, feedback: Nicht nur den Bund.}
        - {id: jahr, type: number, answer: 2017}
    - id: aufsatz
      type: extended-text
      title: Aufsatz
      prompt: Schreiben Sie.
      rubric:
        - criterion: Inhalt
          levels: [{points: 0, text: fehlt}, {points: 2, text: da}]
        - criterion: Form
          levels: [{points: 0, text: fehlt}, {points: 1, text: da}]
    - id: einschaetzung
      type: self-rating
      title: Einschätzung
      prompt: Wie sicher sind Sie?
      scale: [gar nicht, etwas, sehr]
      statements:
        - {id: s1, text: Ich kann einordnen., competence: F1}
        - {id: s2, text: Ich kann erklären.}
    """
)
IDS = [
    "einfach",
    "gestuft",
    "mehrfach",
    "genau",
    "aussage",
    "paare",
    "folge",
    "folge-ganz",
    "zahl",
    "wort",
    "luecken",
    "aufsatz",
    "einschaetzung",
]
PLACED = "\n\n".join(f"{{{{exercise {identifier}}}}}" for identifier in IDS)
