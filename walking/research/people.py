"""Who is in an export, why others are not, and what is exported about where they are from."""

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
from walking.care.enrolment.enrol import CONSENT_DOCUMENT
from walking.care.enrolment.research_consent import RESEARCH, WORDS
from walking.models import ErasureRequest, Invitation, Plan, Week
from walking.research.columns import PERSON_ID, Column, PlanKey, boolean, integer, text

#: The smallest group that may share the same exported traits. The European Medicines Agency's
#: guidance on Policy 0070 puts the risk of being recognised at 0.09 at most, one in eleven or more.
FEWEST: Final = 11
OTHER: Final = "other"
EXPORTED: Final = "exported"

#: Why a person who has joined is not in the export (the first reason that applies), by the codes of the flow.
REASONS: Final[dict[str, str]] = {
    "not_started": "the plan has not begun",
    "never_agreed": "never agreed to research",
    "withdrawn": "withdrew consent to research",
    "left_programme": "withdrew consent to the programme",
    "erasure_asked": "the record is due to be erased",
}

#: What could show where a person is from. If too few people share all of it, the last ones are withheld first.
TRAITS: Final = ("clinic", "country", "language", "time_zone", "physiotherapist")

_FEW: Final = f"“other” where fewer than {FEWEST} people share all five of these columns"
COLUMNS: Final[tuple[Column, ...]] = (
    PERSON_ID,
    text("clinic", f"The clinic: a random code, made for this export; {_FEW}.", of="clinic"),
    text("country", f"The clinic's country, ISO 3166-1; {_FEW}.", of="clinic.country",
         values="two letters, other", missing="the clinic has not set one"),
    text("language", f"Language in which the person uses the app; {_FEW}."),
    text("time_zone", f"The person's time zone; {_FEW}.", of="timezone"),
    text("physiotherapist", f"The physiotherapist: a random code, made for this export; {_FEW}.",
         of="plan.physiotherapist", missing="no physiotherapist"),
    boolean("shares_words", "Whether the person also agreed to share their own words.", of="consent"),
    integer("plans", "Number of plans the person has had.", of="plan", values="1 or more"),
)  # fmt: skip

type Traits = tuple[str | None, ...]


def people_of(clinics: Collection[int] | None, at: dt.datetime) -> QuerySet[Any]:
    """Return everyone with a plan in ``clinics`` (None: all), with ``verdict``: ``exported`` or a code of ``REASONS``;
    and ``words``: whether they share their own words."""

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
    """The people of one export, and the random codes that replace clinics and physiotherapists in it.

    ``keys``: everyone to be exported; once ``batches`` has ended, everyone who was. ``shown``: how many traits of each
    combination are exported.
    """

    people: QuerySet[Any]
    keys: array[int] = field(default_factory=lambda: array("q"))
    shown: dict[Traits, int] = field(default_factory=dict)
    _words: dict[tuple[int, str], str] = field(default_factory=dict)

    def gather(self) -> None:
        """Load the keys, eight bytes a person, in random order, and count who shares their traits."""
        chosen = self.people.filter(verdict=EXPORTED)
        # The order of joining would show who joined before whom.
        self.keys.extend(chosen.values_list("pk", flat=True).iterator(chunk_size=10_000))
        SystemRandom().shuffle(self.keys)
        counted = _with_traits(chosen).values_list(*_TRAIT_PATHS).annotate(n=Count("pk"))
        counts: Counter[Traits] = Counter()
        once: dict[Any, Any] = {}  # each clinic, zone and name, in however many combinations
        for *traits, n in counted.iterator(chunk_size=10_000):
            counts[tuple(once.setdefault(each, each) for each in traits)] += n
        self.shown = traits_shared(counts, FEWEST)

    def told(self, traits: Traits) -> Traits:
        """Return the exported traits. Clinics and physiotherapists are replaced by random codes."""
        # A person who has moved to another clinic since is in no group that was counted.
        return tuple(
            self._words.setdefault((place, value), new_code())
            if place in _NAMED and value not in {None, OTHER}
            else value
            for place, value in enumerate(shown_as(traits, self.shown.get(traits, 0)))
        )

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield the people in batches of ``size``, leaving out those who no longer agree at that moment."""
        done = 0
        for first in range(0, len(self.keys), size):
            some = Batch.read(self, self.keys[first : first + size])
            # Overwrite keys already read: a second list of a million would be eight megabytes.
            self.keys[done : done + len(some.pks)] = array("q", some.pks)
            done += len(some.pks)
            yield some
        del self.keys[done:]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some people: their rows, and their plans' keys with the codes that replace them. ``sharing``: plans of those who
    share their own words."""

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
    """Return sixteen random characters, derived from no data, so they lead back to no one."""
    return secrets.token_hex(8)


#: The traits whose values are primary keys, by their position in ``TRAITS``.
_NAMED: Final = frozenset((TRAITS.index("clinic"), TRAITS.index("physiotherapist")))
_TRAIT_PATHS: Final = ("clinic_id", "clinic__country", "language", "timezone", "treated_by")


def _with_traits(people: QuerySet[Any]) -> QuerySet[Any]:
    latest = Plan.objects.filter(patient=OuterRef("pk")).order_by("-pk")
    return people.annotate(treated_by=Subquery(latest.values("physiotherapist_id")[:1]))


def shown_as(traits: Traits, told: int) -> Traits:
    """Return the first ``told`` traits, “other” for the withheld ones; an empty one is missing."""
    kept = (None if value == "" else value for value in traits[:told])
    return (*kept, *(OTHER,) * (len(traits) - told))


def traits_shared(counts: Counter[Traits], fewest: int) -> dict[Traits, int]:
    """Return how many of the first traits of each combination to export, so that at least ``fewest`` people share them.

    If fewer share all of them, the last trait is withheld first, then the one before it. If too few people are left
    with nothing shared, the smallest group joins them. With fewer people than that in total, all are “other”.
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
    """Count who was invited, joined and began, and why people who joined are left out, as in a CONSORT diagram."""
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
    """Return the key of the clinic with this name, ignoring case; empty if there is none."""
    return list(Clinic.objects.filter(name__iexact=name.strip()).values_list("pk", flat=True))
