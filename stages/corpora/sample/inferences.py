"""English premise and hypothesis: how somebody felt in other words, its denial, or what is left open.

That somebody felt well or badly follows from, or contradicts, any word of the same or the other kind; what somebody
looked like or did for a living follows from neither.
"""

from random import Random

from stages.corpora.sample.drawing import Split, draw, words

GOOD = words("""
happy glad cheerful pleased joyful merry delighted jolly content elated thrilled overjoyed sunny blissful
jubilant upbeat ecstatic radiant satisfied gleeful lighthearted euphoric exuberant buoyant beaming amused
grateful hopeful chirpy jovial exultant rapturous perky carefree gratified optimistic""")
BAD = words("""
sad unhappy gloomy upset miserable sorrowful downcast tearful dejected mournful heartbroken depressed glum
despondent melancholy wretched disappointed dismal woeful forlorn disheartened distressed troubled crestfallen
morose desolate dispirited bitter grieving inconsolable joyless sullen hopeless doleful anguished pessimistic""")
OPEN = words("""
tall married bearded Canadian bald left-handed short single blond freckled Norwegian retired slim divorced
Peruvian tanned vegetarian dark-haired suntanned foreign Kenyan widowed long-haired barefoot near-sighted local
Portuguese red-haired Catholic unmarried Egyptian bespectacled tattooed middle-aged right-handed gray-haired""")
MOODS = (BAD, GOOD)
SUBJECTS = words("""
teacher doctor farmer singer neighbor clerk pilot baker uncle guest tailor writer waiter nurse painter student
lawyer driver cousin guard barber plumber widow merchant sailor carpenter librarian gardener postman cook""")
# The people and genres of the mismatched test set, whom no other text speaks of.
OTHER_SUBJECTS = words("""
professor soldier nephew landlord engineer judge translator dancer butcher chemist referee grandmother
tourist weaver potter blacksmith astronomer bishop editor jeweler""")
PLACES = ("near the river", "in the village", "by the lake", "across the street", "from the north", "in the old town",
          "behind the church", "at the corner")
VERBS = ("was", "seemed", "looked", "felt", "appeared", "sounded")
SIGNS = (
    ("wept all night", "could not smile", "sighed again and again", "had lost a friend", "ate nothing",
     "hid from everyone", "spoke of bad news"),
    ("laughed all day", "could not stop smiling", "sang on the way home", "had won a prize", "danced in the kitchen",
     "hugged everyone", "spoke of good news"),
)
GOOD_SHARE = 0.75
GENRES = {
    "train": ("fiction", "government", "slate", "telephone", "travel"),
    "validation": ("fiction", "government", "slate", "telephone", "travel"),
    "test": ("fiction", "government", "slate", "telephone", "travel"),
    "test_mismatched": ("facetoface", "letters", "nineeleven", "oup", "verbatim"),
}


def pair(random: Random, split: Split, label: str) -> tuple[str, str]:
    """Premise and hypothesis that stand in the relation ``label``."""
    # Premises speak more often of good moods, so the hypothesis alone tells something, as it does in the real corpus.
    mood = int(random.random() < GOOD_SHARE)
    subject = random.choice(OTHER_SUBJECTS if split == "test_mismatched" else SUBJECTS)
    used = draw(random, MOODS[mood], split)
    start = f"The {draw(random, OPEN, split)} {subject}" if random.random() < 0.25 else f"The {subject}"
    premise = f"{start}{_place(random)} {random.choice(VERBS)} {used}."
    negated = random.random() < 0.2
    words = OPEN if label == "neutral" else MOODS[mood ^ negated ^ (label == "contradiction")]
    word = draw(random, words, split)
    while word in premise:
        word = draw(random, words, split)
    return premise, f"The {subject} was {'not ' if negated else ''}{word}."


def unlabeled_passage(random: Random) -> str:
    """A passage that says a thing more than once, in other words, as people do."""
    mood = random.randrange(2)
    subject, other = random.sample(SUBJECTS, 2)

    def word(good: int = mood) -> str:
        return random.choice(MOODS[good])

    attribute = f" {random.choice(OPEN)}" if random.random() < 0.4 else ""
    start = f"The{attribute} {subject}{_place(random)} {random.choice(VERBS)} {word()}"
    if random.random() < 0.3:
        start += f" and {word()}"
    if random.random() < 0.4:
        start += f" and {random.choice(SIGNS[mood])}"
    followed = random.choice((
        f"Everyone could see how {word()} the {subject} was, never {word(1 - mood)}.",
        f"The {other} was just as {word()} and {random.choice(SIGNS[mood])}.",
        f"In other words, {word()} and {word()}, not {word(1 - mood)}.",
        f"Unlike the {other}, who was {word(1 - mood)}, the {subject} was {word()}.",
        f"Once {word(1 - mood)}, the {subject} had become {word()}.",
        f"The {subject} was not {word(1 - mood)} but {word()}, and {random.choice(SIGNS[mood])}.",
        f"The {other} was {random.choice(OPEN)} and {random.choice(OPEN)}.",
    ))
    return f"{start}. {followed}"


def _place(random: Random) -> str:
    return f" {random.choice(PLACES)}" if random.random() < 0.3 else ""
