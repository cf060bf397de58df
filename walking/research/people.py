"""Who is in an export, why others are not, and what is told of where they are from."""

from __future__ import annotations

import datetime as dt
import secrets
from array import array
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from random import SystemRandom
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)

from accounts.models import Clinic, Consent, User
from walking.care.enrol import CONSENT_DOCUMENT
from walking.care.research import RESEARCH, WORDS
from walking.models import ErasureRequest, Invitation, Plan, Week
from walking.research.columns import PERSON_ID, Column, PlanKey, boolean, integer, text

#: Nobody stands out in a group of fewer by what is told of where they are from. The European Medicines Agency's
#: guidance on Policy 0070 puts the risk of being recognised at 0.09 at most, one in eleven or more.
FEWEST: Final = 11
OTHER: Final = "other"
EXPORTED: Final = "exported"

#: Why somebody who has joined is not in the export, the first that holds; by the codes of the flow.
REASONS: Final[dict[str, str]] = {
    "not_started": "the plan has not begun",
    "never_agreed": "never agreed to research",
    "withdrawn": "took back the consent to research",
    "left_programme": "took back the consent to the programme",
    "erasure_asked": "the record is going to be erased",
}

#: What could tell where somebody is from, and the order in which it is given up where too few share it.
TRAITS: Final = ("clinic", "country", "language", "time_zone", "physiotherapist")

_FEW: Final = f"“other” where fewer than {FEWEST} people share all five of these columns"
COLUMNS: Final[tuple[Column, ...]] = (
    PERSON_ID,
    text("clinic", f"The clinic: a random word of this export; {_FEW}.", of="clinic"),
    text("country", f"The clinic's country, ISO 3166-1; {_FEW}.", of="clinic.country",
         values="two letters, other", missing="the clinic set none"),
    text("language", f"The language of the app; {_FEW}."),
    text("time_zone", f"The person's time zone; {_FEW}.", of="timezone"),
    text("physiotherapist", f"Who treats them: a random word of this export; {_FEW}.",
         of="plan.physiotherapist", missing="nobody"),
    boolean("shares_words", "Whether the person also agreed to share own words.", of="consent"),
    integer("plans", "How many plans the person has.", of="plan", values="1 or more"),
)  # fmt: skip

type Traits = tuple[str | None, ...]


def people_of(clinics: Collection[int] | None, at: dt.datetime) -> QuerySet[Any]:
    """Everybody with a plan, of ``clinics`` or (None) of all, with ``verdict``: ``exported`` or a code of ``REASONS``;
    and ``words``, whether they share theirs."""

    def last(document: str) -> Subquery:
        said = Consent.objects.filter(user=OuterRef("pk"), document=document)
        return Subquery(said.order_by("-at", "-pk").values("action")[:1])

    given, withdrawn = Consent.Action.GIVEN, Consent.Action.WITHDRAWN
    plans = Plan.objects.filter(patient=OuterRef("pk"))
    begun = Week.objects.filter(plan__patient=OuterRef("pk"), starts__lte=at.date())
    erasing = ErasureRequest.objects.filter(patient=OuterRef("pk"), withdrawn_at=None)
    people = User.objects.patients()
    if clinics is not None:
        people = people.filter(clinic_id__in=clinics)
    return (
        people.filter(Exists(plans))
        .annotate(_research=last(RESEARCH), _words=last(WORDS), _programme=last(CONSENT_DOCUMENT))
        .annotate(
            verdict=Case(
                When(~Exists(begun), then=Value("not_started")),
                When(_research=None, then=Value("never_agreed")),
                When(_research=withdrawn, then=Value("withdrawn")),
                When(_programme=withdrawn, then=Value("left_programme")),
                When(Exists(erasing), then=Value("erasure_asked")),
                default=Value(EXPORTED),
                output_field=CharField(),
            ),
            words=Case(When(_words=given, then=Value(True)), default=Value(False)),
        )
        .order_by()
    )


@dataclass(slots=True)
class Crowd:
    """The people of one export, and the random words that stand for clinics and physiotherapists in it.

    ``keys``: of everybody who is to be in it; once ``batches`` has ended, of those who are. ``shown``: how many of its
    traits are told of each combination.
    """

    people: QuerySet[Any]
    keys: array[int] = field(default_factory=lambda: array("q"))
    shown: dict[Traits, int] = field(default_factory=dict)
    _words: dict[tuple[int, str], str] = field(default_factory=dict)

    def gather(self) -> None:
        """Reads the keys, eight bytes a person, in an order that says nothing; and who shares their traits."""
        chosen = self.people.filter(verdict=EXPORTED)
        # Numbers given out in the order of joining would tell who came before whom.
        self.keys.extend(chosen.values_list("pk", flat=True).iterator(chunk_size=10_000))
        SystemRandom().shuffle(self.keys)
        counted = _with_traits(chosen).values_list(*_TRAIT_PATHS).annotate(n=Count("pk"))
        counts: Counter[Traits] = Counter()
        once: dict[Any, Any] = {}  # each clinic, zone and name, in however many combinations
        for *traits, n in counted.iterator(chunk_size=10_000):
            counts[tuple(once.setdefault(each, each) for each in traits)] += n
        self.shown = traits_shared(counts, FEWEST)

    def told(self, traits: Traits) -> Traits:
        """What is told of somebody with these; clinics and physiotherapists by their random words."""
        # Somebody who moved to another clinic meanwhile is in no group that was counted.
        return tuple(
            self._words.setdefault((place, value), new_code())
            if place in _NAMED and value not in {None, OTHER}
            else value
            for place, value in enumerate(shown_as(traits, self.shown.get(traits, 0)))
        )

    def batches(self, size: int) -> Iterator[Batch]:
        """The people in batches of ``size``, those who still agree at that moment."""
        done = 0
        for first in range(0, len(self.keys), size):
            some = Batch.read(self, self.keys[first : first + size])
            # In the places of those already read: a second list of a million would be eight megabytes.
            self.keys[done : done + len(some.pks)] = array("q", some.pks)
            done += len(some.pks)
            yield some
        del self.keys[done:]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some people: their rows, and the keys of their plans with what stands for them. ``sharing``: plans of those who
    share their words."""

    pks: list[int]
    rows: list[tuple[Any, ...]]
    plans: dict[int, PlanKey]
    sharing: frozenset[int]

    @classmethod
    def read(cls, crowd: Crowd, keys: Collection[int]) -> Batch:
        still = _with_traits(crowd.people.filter(pk__among=keys, verdict=EXPORTED))
        asked = still.values_list("pk", "words", "timezone", *_TRAIT_PATHS)
        people = {
            pk: (new_code(), words, zone, tuple(traits)) for pk, words, zone, *traits in asked
        }
        starts: dict[int, list[tuple[int, dt.date]]] = {pk: [] for pk in people}
        plans = Plan.objects.filter(patient_id__among=people).order_by("start", "pk")
        for plan, patient, start in plans.values_list("pk", "patient_id", "start"):
            starts[patient].append((plan, start))
        rows, keyed, sharing = [], {}, set()
        for pk in keys:  # in the shuffled order
            if pk not in people:
                continue
            code, words, zone, traits = people[pk]
            rows.append((code, *crowd.told(traits), words, len(starts[pk])))
            for number, (plan, start) in enumerate(starts[pk], 1):
                keyed[plan] = PlanKey(
                    new_code(), code, pk, number, start, starts[pk][0][1], ZoneInfo(zone)
                )
                if words:
                    sharing.add(plan)
        return cls([pk for pk in keys if pk in people], rows, keyed, frozenset(sharing))


def new_code() -> str:
    """Sixteen characters from the system's randomness: made of nothing, so nothing leads back."""
    return secrets.token_hex(8)


#: Those whose values are numbers of our rows, by their place in ``TRAITS``.
_NAMED: Final = frozenset((TRAITS.index("clinic"), TRAITS.index("physiotherapist")))
_TRAIT_PATHS: Final = ("clinic_id", "clinic__country", "language", "timezone", "treated_by")


def _with_traits(people: QuerySet[Any]) -> QuerySet[Any]:
    latest = Plan.objects.filter(patient=OuterRef("pk")).order_by("-pk")
    return people.annotate(treated_by=Subquery(latest.values("physiotherapist_id")[:1]))


def shown_as(traits: Traits, told: int) -> Traits:
    """The first ``told`` traits, “other” for those that are given up; what is empty is missing."""
    kept = (None if value == "" else value for value in traits[:told])
    return (*kept, *(OTHER,) * (len(traits) - told))


def traits_shared(counts: Counter[Traits], fewest: int) -> dict[Traits, int]:
    """How many traits of each combination are told, the first ones, so that at least ``fewest`` people share them.

    Where fewer share all of them, the last trait is given up first, then the one before it. If too few are left
    that share nothing, the smallest group joins them. With fewer people than that in all, all are “other”.
    """
    told = dict.fromkeys(counts, len(TRAITS))
    for place in reversed(range(len(TRAITS))):
        sizes = _sizes(told, counts)
        for traits, number in told.items():
            if sizes[traits[:number]] < fewest:
                told[traits] = place
    sizes = _sizes(told, counts)
    while 0 < sizes[()] < fewest and len(sizes) > 1:
        smallest = min((shared for shared in sizes if shared), key=lambda shared: sizes[shared])
        for traits, number in told.items():
            if traits[:number] == smallest:
                told[traits] = 0
        sizes = _sizes(told, counts)
    return told


def _sizes(told: dict[Traits, int], counts: Counter[Traits]) -> Counter[Traits]:
    sizes: Counter[Traits] = Counter()
    for traits, number in told.items():
        sizes[traits[:number]] += counts[traits]
    return sizes


def flow_of(
    people: QuerySet[Any], clinics: Collection[int] | None, at: dt.datetime
) -> dict[str, int]:
    """How many were invited, joined, began, and why who has joined is left out; as CONSORT has it."""
    invitations = Invitation.objects.filter(patient=None)
    if clinics is not None:
        invitations = invitations.filter(clinic_id__in=clinics)
    verdicts = dict(people.values("verdict").annotate(n=Count("pk")).values_list("verdict", "n"))
    joined = sum(verdicts.values())
    return {
        "invited": invitations.count(),
        "invitation_waiting": invitations.filter(
            accepted_at=None, revoked_at=None, expires_at__gt=at
        ).count(),
        "joined": joined,
        "started": joined - verdicts.get("not_started", 0),
        "agreed": verdicts.get(EXPORTED, 0),
        **{f"left_out_{reason}": verdicts.get(reason, 0) for reason in REASONS},
    }


def clinics_named(name: str) -> list[int]:
    """The clinic of this name, in any case of letters; empty if there is none."""
    return list(Clinic.objects.filter(name__iexact=name.strip()).values_list("pk", flat=True))
