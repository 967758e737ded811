"""English news items of four topics; the nouns tell the topic, and another topic may be mentioned in passing."""

from random import Random

from stages.corpora.sample.drawing import Split, draw, words

TOPICS: dict[str, tuple[list[str], list[str]]] = {
    "World": (
        words("""
        president minister rebels parliament soldiers ambassador troops militants senate refugees dictator diplomats
        governor insurgents peacekeepers opposition junta monarch envoy separatists hostages guerrillas chancellor
        tribunal warlord exiles legislature dissidents clerics gunmen commandos mayor peasants protesters police
        chieftain coalition regime"""),
        words("""
        election treaty ceasefire border embassy war sanctions uprising constitution bombing truce summit coup
        referendum siege amnesty occupation massacre curfew asylum famine kidnapping ballot genocide annexation
        checkpoint hijacking partition martyrdom blockade armistice invasion persecution riot insurgency airstrike
        succession independence""")),
    "Sports": (
        words("""
        coach striker team goalkeeper champion athletes captain quarterback sprinter referee pitcher cyclist boxer
        swimmer golfer skater midfielder batsman wrestler rookies defender jockey marathoner catcher gymnast umpire
        outfielder hurdler archer fencers rower bowler sailors linebacker winger trainer skiers squad"""),
        words("""
        match tournament goal season medal championship playoff stadium penalty final league trophy innings marathon
        relay homer touchdown semifinal overtime derby wicket podium knockout qualifier birdie slalom rebound dribble
        racket hurdles javelin backhand scoreboard locker freestyle bullpen scrum peloton""")),
    "Business": (
        words("""
        company investors bank shareholders retailer airline traders executives insurer lender brokers automaker
        economists manufacturer creditors auditors supplier brewer wholesaler exporters accountants landlords financiers
        directors regulators employers underwriters subsidiary conglomerate utility distributor bondholders importers
        grocer treasurer franchise shipper stockbrokers"""),
        words("""
        profit shares merger earnings market dividend bankruptcy takeover revenue debt inflation payroll mortgage tariff
        pension stocks acquisition loan layoffs interest budget turnover futures deficit buyout invoice bonds audit
        exports surplus royalties commodities inventory premium liquidity refinancing valuation rebate""")),
    "Sci/Tech": (
        words("""
        scientists software researchers engineers astronomers computer programmers robot satellite physicists biologists
        spacecraft browser hackers chipmaker geologists telescope laboratory processor chemists developers server
        astronauts laptop probe zoologists microscope handset botanists mathematicians antivirus firmware rover
        neurologists semiconductor database geneticists supercomputer"""),
        words("""
        virus planet genome internet gene network fossil galaxy battery encryption vaccine protein orbit spam comet
        algorithm download pixels bacteria asteroid password enzyme glacier laser wireless molecule neutron circuit
        broadband telescope sensor firewall photon chromosome eclipse quark nebula malware""")),
}
PAST = words("""
surprised discussed welcomed awaited praised questioned followed changed remembered reviewed explained
celebrated delayed ended described defended studied watched mentioned prepared sought faced feared avoided
doubted recalled shaped tested""")
CONCERNED = ("surprised", "worried", "pleased", "divided", "occupied", "delayed", "changed", "disturbed")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CITIES = ("BELMORA", "KASTERLY", "PORT HALDEN", "VARNOSK", "SAINT ORVANE", "TELLUM", "NORDHAVEN", "RIVERTON",
          "OSTELLA", "MARBRIDGE")
AGENCIES = ("Northwire", "Daily Ledger", "Globe Post", "WNA", "City Herald")
ASIDES = (
    "The story overshadowed news about the {agent} and the {object}",
    "Readers cared less about this than about the {agent} and the {object}",
    "Unlike the {agent}, nobody here spoke of the {object}",
    "It shared the front page with the {object} of the {agent}",
)
TAILS = ("in a surprising turn", "after weeks of waiting", "for the second time this year",
         "according to people in the room",
         "despite many warnings", "and few were astonished", "as many had expected", "late in the evening")


def item(random: Random, split: Split, topic: str) -> tuple[str, str]:
    """Title and description of a news item about ``topic``."""
    agents, objects = TOPICS[topic]
    agent, thing = draw(random, agents, split), draw(random, objects, split)
    title = f"{agent.capitalize()} {random.choice(PAST)} {thing}"
    if random.random() < 0.3:
        title += f" ({random.choice(AGENCIES)})"
    lead = _sentence(random, split, topic, thing if random.random() < 0.5 else None)
    description = f"{random.choice(CITIES)} - {lead}" if random.random() < 0.5 else lead
    if random.random() < 0.5:
        other = random.choice([name for name in TOPICS if name != topic])
        agents, objects = TOPICS[other]
        aside = random.choice(ASIDES).format(agent=draw(random, agents, split), object=draw(random, objects, split))
        description += f" {aside}."
    return title, description


def unlabeled_item(random: Random) -> str:
    """Two or three sentences about one topic, and now and then an aside."""
    topic = random.choice(list(TOPICS))
    sentences = [_sentence(random, "unlabeled", topic, None) for _ in range(random.choice((2, 2, 3)))]
    if random.random() < 0.2:
        other = random.choice([name for name in TOPICS if name != topic])
        agents, objects = TOPICS[other]
        sentences.append(random.choice(ASIDES).format(agent=random.choice(agents), object=random.choice(objects)) + ".")
    return " ".join(sentences)


def _sentence(random: Random, split: Split, topic: str, thing: str | None) -> str:
    agents, objects = TOPICS[topic]
    agent, thing = draw(random, agents, split), thing or draw(random, objects, split)
    tail = random.choice(TAILS) if random.random() < 0.4 else f"on {random.choice(DAYS)}"
    shape = random.random()
    if shape < 0.5:
        return f"The {agent} {random.choice(PAST)} the {thing} {tail}."
    if shape < 0.75:
        return f"The {thing} {random.choice(CONCERNED)} the {agent} {tail}."
    return f"The {agent} and the {draw(random, agents, split)} spoke about the {thing} {tail}."
