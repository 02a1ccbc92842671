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
    - id: vier
      type: kprim
      title: Vier
      prompt: Richtig oder falsch?
      statements:
        - {id: a, text: Eins, answer: true, feedback: Eins stimmt.}
        - {id: b, text: Zwei, answer: false}
        - {id: c, text: Drei, answer: true}
        - {id: d, text: Vier, answer: false, feedback: Vier stimmt nicht.}
    - id: vier-ganz
      type: kprim
      title: Vier ganz
      scoring: all
      shuffle: false
      prompt: Richtig oder falsch?
      statements:
        - {id: a, text: Eins, answer: true}
        - {id: b, text: Zwei, answer: true}
        - {id: c, text: Drei, answer: true}
        - {id: d, text: Vier, answer: false}
    - id: vier-teile
      type: kprim
      title: Vier Teile
      scoring: partial
      prompt: Richtig oder falsch?
      statements:
        - {id: a, text: Eins, answer: false}
        - {id: b, text: Zwei, answer: false}
        - {id: c, text: Drei, answer: true}
        - {id: d, text: Vier, answer: true}
    - id: stellen
      type: hot-text
      title: Stellen
      prompt: Welche Angaben sind personenbezogen?
      text: |
        [[name]] wohnt in [[ort]] und zahlt [[betrag]].

        - Das Amt hat [[zahl]] Fälle.
      options:
        - {id: name, text: Frau Muster, correct: true}
        - {id: ort, text: einer Stadt, feedback: Eine Stadt hat viele Menschen.}
        - {id: betrag, text: ihre Steuer, correct: true}
        - {id: zahl, text: "80"}
    - id: sorten
      type: categorise
      title: Sorten
      prompt: Was gehört wohin?
      items:
        - {id: luft, text: Luftwerte, category: offen, feedback: Luftwerte sind offen.}
        - {id: akte, text: Personalakte, category: geheim}
        - {id: plan, text: Fahrplan, category: offen}
      categories:
        - {id: offen, text: offene Daten}
        - {id: geheim, text: geschützte Daten}
        - {id: keine, text: keine Daten}
    - id: bild
      type: hot-spot
      title: Bild
      prompt: Wo fließt das Wasser hin?
      image: "![Ein Plan mit drei Flächen](assets/bild.svg)"
      options:
        - {id: oben, text: oben links, shape: rect, coords: [0, 0, 4, 4], correct: true}
        - {id: mitte, text: in der Mitte, shape: circle, coords: [6, 6, 2], feedback: Dort ist es hoch.}
        - {id: unten, text: unten, shape: poly, coords: [0, 8, 5, 10, 0, 10], correct: true}
    - id: bild-eins
      type: hot-spot
      title: Bild eins
      choose: one
      prompt: Wo ist das Rathaus?
      image: "![Ein Plan mit zwei Flächen](assets/bild.svg)"
      options:
        - {id: oben, text: oben links, shape: rect, coords: [0, 0, 4, 4], correct: true}
        - {id: mitte, text: in der Mitte, shape: circle, coords: [6, 6, 2], feedback: Dort ist der Markt.}
    - id: fall
      type: decision-path
      title: Fall
      prompt: Entscheiden Sie.
      points: 4
      steps:
        - id: lage
          text: Der Rat will sofort Sensoren.
          options:
            - {id: kaufen, text: Kaufen, next: murren, feedback: Das war schnell.}
            - {id: fragen, text: Erst fragen, credit: 2, next: antwort}
            - {id: warten, text: Abwarten, credit: 1}
        - id: murren
          text: Die Leute murren.
          options:
            - {id: erklaeren, text: Erklären, credit: 1, next: antwort}
            - {id: schweigen, text: Schweigen}
        - id: antwort
          text: Es gibt zwölf Antworten.
          options:
            - {id: auswerten, text: Auswerten, credit: 2}
            - {id: ablegen, text: Ablegen, feedback: Dann war die Frage umsonst.}
    - id: topf
      type: budget
      title: Topf
      prompt: Verteilen Sie das Geld.
      total: 100000
      unit: Euro
      items:
        - {id: technik, text: Technik, low: 20000, high: 40000, feedback: Ohne Geräte geht es nicht.}
        - {id: schulung, text: Schulung, low: 25000, high: 50000}
        - {id: betrieb, text: Betrieb, low: 20000.5, high: 45000}
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
    "vier",
    "vier-ganz",
    "vier-teile",
    "stellen",
    "sorten",
    "bild",
    "bild-eins",
    "fall",
    "topf",
]
PLACED = "\n\n".join(f"{{{{exercise {identifier}}}}}" for identifier in IDS)
