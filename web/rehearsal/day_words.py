"""What members of the made-up assembly write and say in the course of the demo's day. All of it is made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PROMISES: Mapping[str, Sequence[str]] = {
    "What we ask of one another": (
        "Let people finish.",
        "Say so when you have not understood something.",
        "Phones in pockets.",
        "Disagree with the idea, not with the person.",
        "No jargon. If you must, explain it.",
    ),
    "What worries us": (
        "That it is decided already.",
        "That the loud ones will win.",
        "That nothing happens afterwards.",
    ),
}
NOTES: Mapping[str, Sequence[str]] = {
    "What stood out": (
        "Half of all car trips here are under two miles.",
        "The last bus to Hollin leaves at 18:40. Nobody with a late shift can take it.",
        "A bus costs the same whether two or forty are on it.",
        "The driver's story about the wheelchair space.",
        "One household in five has no car at all.",
        "The 39 is the only line that pays for itself.",
    ),
    "What is missing": (
        "What happens in villages with four houses?",
        "Nobody spoke about taxis and lifts between neighbours.",
        "What young people think.",
        "Figures since the timetable was changed.",
        "Who decides about the timetable in the first place?",
        "Pavements. You cannot walk to the stop in the dark.",
    ),
}
QUESTIONS: Sequence[str] = (
    "Why does the last bus go at 18:40?",
    "Could the last bus run later, for people on late shifts?",
    "What would a free bus for under-22s cost in a year?",
    "Who decides about the timetable?",
    "How many people cannot get to a stop on foot?",
    "Are small buses cheaper to run than large ones?",
    "What did other towns do, and did it work?",
    "Do drivers want the new lines?",
    "Could school buses take other passengers, too?",
    "How much does the council pay for parking places?",
)
SAME_QUESTION = (1, 0)
"""The second of these two stands under the first: it asks the same in other words."""
PAPER = """How Northmoor travels: the figures in one page

Trips by car under two miles: 48 %
Households without a car: 21 %
Last bus to Hollin on a weekday: 18:40
Cost of one bus for one year: about 210,000 pounds

These figures are made up for the demo.
"""

IDEAS: Sequence[tuple[str, Sequence[str]]] = (
    (
        "Buses when people need them",
        (
            "A bus after 10 pm on Fridays and Saturdays.",
            "Later buses on Friday and Saturday, after ten.",
            "A bus every twenty minutes, so that nobody needs a timetable.",
            "Let shift workers say when the last bus should go.",
            "One ticket for bus and train.",
            "Bws hwyr i weithwyr shifft.",
        ),
    ),
    (
        "Getting to the stop",
        (
            "Lights along the path to the stop.",
            "A pavement on Mill Lane.",
            "A bench and a roof at every stop.",
            "Stops that a wheelchair can reach.",
            "Dropped kerbs on every corner.",
        ),
    ),
    (
        "Walking and cycling to school",
        (
            "A walking bus to each school.",
            "Close the road in front of schools at half past eight.",
            "Safe places to lock a bike at the station.",
            "Cargo bikes to borrow for a weekend.",
            "Teach every child to ride by ten.",
        ),
    ),
    (
        "What it costs",
        (
            "Free buses for everyone under 22.",
            "Free travel for young people.",
            "A family day ticket.",
            "Pay once a month, like a phone.",
        ),
    ),
    (
        "Neighbours",
        (
            "An app and a phone line for lifts between neighbours.",
            "A shared car for every village hall.",
            "A shop van that comes twice a week.",
            "Tell newcomers what there is: a letter with a free ticket.",
        ),
    ),
)
OTHER_NAMES: Mapping[int, Sequence[str]] = {0: ("Later and more often",), 1: ("The last hundred yards",)}

STATEMENTS: Sequence[str] = (
    "A late bus matters more than a cheap bus.",
    "People who drive should pay for better buses.",
    "Villages should have the same service as the town.",
    "I would walk more if the paths were lit.",
    "Parking in the centre should cost more.",
    "Children should be able to get to school without a car.",
    "The council should run the buses itself.",
    "Buses should be free for everyone under 22.",
    "Nothing will change unless driving gets harder.",
    "Small buses on demand are better than large ones on time.",
)

DRAFTS: Sequence[Mapping[str, str]] = (
    {
        "title": "A bus home after the late shift",
        "what": "The last bus on every main line leaves at 23:00 from Monday to Saturday.",
        "who": "The combined authority, with the bus companies.",
        "why": "People who work late cannot take a job here without a car.",
        "concerns": "It costs about 400,000 pounds a year.",
    },
    {
        "title": "Light and pavement on the way to the stop",
        "what": "Every stop can be reached on foot by a lit path with a pavement by 2032.",
        "who": "The highways team of each council.",
        "why": "A bus is no use to anyone who cannot get to it in the dark.",
        "concerns": "It takes years, and some land is private.",
    },
    {
        "title": "School streets",
        "what": "Roads in front of primary schools are closed to cars for half an hour in the morning and afternoon.",
        "who": "Each school with its council.",
        "why": "Parents drive because other parents drive.",
        "concerns": "People who live there need to get in and out.",
    },
    {
        "title": "Free buses for everyone under 22",
        "what": "Nobody under 22 pays on any bus in Northmoor.",
        "who": "The combined authority.",
        "why": "Who takes the bus at 16 takes it at 40.",
        "concerns": "It takes money away from later buses.",
    },
)
REWRITTEN: Mapping[int, Mapping[str, str]] = {
    0: {"concerns": "It costs about 400,000 pounds a year. Begin with two lines, and see who comes."},
    3: {
        "title": "Half-price buses for everyone under 22",
        "what": "Everyone under 22 pays half on any bus in Northmoor. After two years it is looked at again.",
        "concerns": "Half price helps those least who have least.",
    },
}
REASONS: Sequence[Sequence[str]] = (
    (
        "Nobody has said where the money comes from.",
        "A bus at eleven is of no use to my village.",
        "Too few will come.",
    ),
    ("2032 is too late.", "Some of that land is not the council's."),
    ("How do people who live there get out?", "It only moves the cars one street further."),
    ("It takes money away from later buses.", "Who is 23 and poor pays the full price.", "Nothing is free: who pays?"),
)
"""Of each draft, what those say who cannot live with it."""
MINORITY = (
    "Some of us think that buses should cost nothing, for anyone. Half a price is still a price. A ticket that has to "
    "be bought has to be explained, checked and fined, and all of that costs money that could run a bus."
)
ACTIONS: Sequence[tuple[str, str, str]] = (
    ("Send the figures since the timetable was changed", "Transport team", "the next session"),
    ("Say who decides about the timetable", "Sian Pugh", "the next session"),
)
