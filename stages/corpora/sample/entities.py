"""English news sentences with named entities; many names are made up, and some have a type only in context.

A surname may also be a town (PER or LOC), and a town may stand for its club (LOC or ORG), as in real news.
"""

from random import Random
from typing import NamedTuple

from stages.corpora.sample.drawing import Split, draw, noisy, words

TYPES = ("LOC", "MISC", "ORG", "PER")
FIRST_NAMES = words("""
John Mary Peter Anna David Laura Thomas Elena Robert Julia Michael Sara Daniel Nina Paul Clara Martin Irene
Andrew Rosa Simon Helga Victor Paula Stefan Greta Oscar Marta Felix Ingrid Hugo Bianca Anton Carla Edgar Doris""")
_ONSETS = words("""
Bran Cor Dal Fen Gar Hal Jor Kel Lan Mar Nor Ost Pel Quin Ros Sel Tar Ul Ver Wex Yar Zan Bel Cas Dor Eld Fal
Gren Hol Ist Kor Lum Mor Nev Orl Pran Rud Stav Tel Vos""")
_CODAS = words("""
ley ick ard en ova eda ini ell ost una ark in or el ath und ira ock esh ano""")
# Every made-up name has the same kinds of parts, so that nothing but its use tells its type.
_MADE_UP = [onset + coda for coda in _CODAS for onset in _ONSETS]
COMPANY_ENDS = ("Corp", "Inc", "Group", "Bank", "Union", "Holdings")
EVENTS = ("Cup", "Open", "Prize", "Festival", "Games", "Treaty")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Names(NamedTuple):
    """Names by what they can name; the first two lists overlap."""

    people: list[str]
    places: list[str]
    clubs: list[str]
    companies: list[str]
    peoples: list[str]


def names() -> Names:
    """The same names in every corpus and seed: what differs is which are used how often."""
    made_up = _MADE_UP.copy()
    Random("names").shuffle(made_up)
    return Names(people=made_up[:230], places=made_up[200:380], clubs=made_up[350:440], companies=made_up[440:590],
                 peoples=[f"{name}ian" for name in made_up[590:690]])


NAMES = names()

# A slot in capitals is an entity; the words around it are all that tells the type of a name that is new.
TEMPLATES = """PER said on {day} that the talks had failed .
PER told reporters the plan was dead .
PER , who is 34 , has two children .
Witnesses saw PER leave the court .
PER resigned after the vote .
Doctors treated PER for a broken arm .
The judge sentenced PER to five years .
PER married her cousin last spring .
PER wept when he heard the news .
The lawyer for PER denied the charge .
PER scored twice before half-time .
Friends of PER call him shy .
Heavy rain fell in LOC on {day} .
Police closed the road to LOC .
The mayor of LOC opened the bridge .
Troops entered LOC at dawn .
Thousands fled from LOC after the flood .
The airport of LOC reopened on {day} .
Snow covered the hills near LOC .
A train from LOC was late .
Farmers around LOC lost their crops .
The streets of LOC were quiet .
The river flows north through LOC .
Tourists return to LOC every summer .
ORG beat CLUB 2-1 on {day} .
CLUB won their third match .
CLUB signed a new striker .
Fans of CLUB filled the stands .
The goalkeeper of CLUB was injured .
Shares of ORG fell five percent .
ORG posted a loss of 3 million .
ORG will cut 200 jobs .
The board of ORG met on {day} .
ORG hired a new chairman .
Analysts expect ORG to grow .
ORG bought a rival for cash .
A spokeswoman for ORG declined to comment .
Customers of ORG complained .
A MISC ship sank in the storm .
The MISC government fell on {day} .
MISC wine is cheap this year .
Two MISC tourists were hurt .
The MISC language has many dialects .
EVENT begins on {day} .
PER met PER in LOC .
PER left LOC for LOC on {day} .
PER joined ORG from ORG .
ORG opened an office in LOC .
The MISC coach PER praised CLUB .
CLUB play CLUB in LOC on {day} .
PER won EVENT in LOC .
ORG sued PER in a MISC court .
Reports named LOC and LOC .
Reports named PER and PER .
Reports named ORG and ORG .
The papers wrote about LOC .
The papers wrote about PER .
The papers wrote about ORG .
The papers wrote about CLUB .
Nobody mentioned LOC again .
Nobody mentioned PER again .
Nobody mentioned ORG again .
The story of PER is long .
The story of LOC is long .
The story of CLUB is long .
For PER it was a bad week .
For LOC it was a bad week .
For ORG it was a bad week .
For CLUB it was a bad week .""".splitlines()
Random("templates").shuffle(TEMPLATES)  # the first third, which train mostly uses, must have every type
_OPENINGS = ("On {day} ,", "Last year", "Officials say", "Meanwhile ,", "In the morning", "By then")

PART_OF_SPEECH = {"on": "IN", "in": "IN", "of": "IN", "for": "IN", "from": "IN", "to": "TO", "the": "DT", "The": "DT",
                  "A": "DT", "a": "DT", "and": "CC", ".": ".", ",": ",", "said": "VBD", "was": "VBD", "is": "VBZ"}


class Token(NamedTuple):
    """A word and its entity type, "" for none; ``begins`` where an entity starts."""

    word: str
    entity: str
    begins: bool


def sentence(random: Random, split: Split) -> list[Token]:
    """A sentence with at least one entity."""
    day = random.choice(DAYS)
    words = draw(random, TEMPLATES, split).format(day=day).split()
    if random.random() < 0.2:
        opening = random.choice(_OPENINGS).format(day=day).split()
        words = [*opening, words[0].lower() if words[0] in ("The", "A", "Two") else words[0], *words[1:]]
    return [token for word in words for token in _tokens(random, split, word)]


def unlabeled_sentences(random: Random) -> str:
    """Two sentences of running text, which often speak of the same name."""
    return " ".join(" ".join(token.word for token in sentence(random, "unlabeled")) for _ in range(2))


def _tokens(random: Random, split: Split, word: str) -> list[Token]:
    if word not in _SLOTS:
        return [Token(word, "", False)]
    entity, words = _SLOTS[word](random, split)
    if split != "unlabeled":
        entity = noisy(random, entity, TYPES)
    return [Token(word, entity, position == 0) for position, word in enumerate(words)]


def _person(random: Random, split: Split) -> tuple[str, list[str]]:
    surname = draw(random, NAMES.people, split)
    return "PER", [draw(random, FIRST_NAMES, split), surname] if random.random() < 0.4 else [surname]


def _place(random: Random, split: Split) -> tuple[str, list[str]]:
    return "LOC", [draw(random, NAMES.places, split)]


def _club(random: Random, split: Split) -> tuple[str, list[str]]:
    return "ORG", [draw(random, NAMES.clubs, split)]


def _company(random: Random, split: Split) -> tuple[str, list[str]]:
    name = draw(random, NAMES.companies, split)
    return "ORG", [name, random.choice(COMPANY_ENDS)] if random.random() < 0.3 else [name]


def _people(random: Random, split: Split) -> tuple[str, list[str]]:
    return "MISC", [draw(random, NAMES.peoples, split)]


def _event(random: Random, split: Split) -> tuple[str, list[str]]:
    return "MISC", [draw(random, NAMES.places, split), random.choice(EVENTS)]


_SLOTS = {"PER": _person, "LOC": _place, "CLUB": _club, "ORG": _company, "MISC": _people, "EVENT": _event}


def columns(tokens: list[Token]) -> list[str]:
    """Lines ``word POS chunk NER`` in IOB1: ``B-`` only where an entity touches another of its type."""
    lines = []
    previous = ""
    for token in tokens:
        touches = token.begins and token.entity and token.entity == previous
        tag = f"{'B' if touches else 'I'}-{token.entity}" if token.entity else "O"
        lines.append(f"{token.word} {_part_of_speech(token)} {_chunk(token)} {tag}")
        previous = token.entity
    return lines


def _part_of_speech(token: Token) -> str:
    if token.entity:
        return "NNP"
    if token.word[0].isdigit():
        return "CD"
    return PART_OF_SPEECH.get(token.word, "NN")


def _chunk(token: Token) -> str:
    part = _part_of_speech(token)
    return {"IN": "I-PP", "TO": "I-PP", "VBD": "I-VP", "VBZ": "I-VP"}.get(part, "I-NP" if part[0] in "NCD" else "O")
