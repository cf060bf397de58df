"""Every table of the export but that of people, by its columns: files and data dictionary are both made of this."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.db.models import Case, Exists, F, Model, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce

from walking import models as m
from walking.learn.shipped import shipped
from walking.programme.red_flags import RED_FLAG_CODES
from walking.programme.review import Decision, Flag, Reason
from walking.research.columns import (
    Column,
    Kind,
    PlanKey,
    Table,
    boolean,
    chosen,
    days,
    integer,
    is_there,
    joined,
    number,
    text,
    who,
)

type Rows = QuerySet[Any]

_ZERO_TO_TEN: Final = "0 to 10"
_NOT_ANSWERED: Final = "not answered"
_NOT_RECORDED: Final = "not recorded"


def _of_plans(model: type[Model], *order: str, **only: Any) -> Any:
    manager = model._default_manager

    def rows(plans: Collection[int]) -> Rows:
        return manager.filter(plan_id__among=plans, **only).order_by("plan_id", *order)

    return rows


def _latest(model: type[Model], *same: str, revision: str = "revision", **only: Any) -> Any:
    """Of each what is the ``same``, the latest revision."""
    manager = model._default_manager

    def rows(plans: Collection[int]) -> Rows:
        # Said of the later ones too, so that the database never looks through the whole table for them.
        later = manager.filter(
            plan_id__among=plans,
            **{name: OuterRef(name) for name in same},
            **{f"{revision}__gt": OuterRef(revision)},
        )
        return manager.filter(~Exists(later), plan_id__among=plans, **only).order_by(*same)

    return rows


def _of_companions(model: type[Model], *order: str) -> Any:
    manager = model._default_manager

    def rows(plans: Collection[int]) -> Rows:
        return manager.filter(companion__plan_id__among=plans).order_by("companion_id", *order)

    return rows


def _screenings(plans: Collection[int]) -> Rows:
    # Two questions put together: of one with an "or" the database would read the whole table.
    own = m.Screening.objects.filter(plan_id__among=plans).order_by().values("pk")
    invited = m.Screening.objects.filter(invitation__plan_id__among=plans).order_by().values("pk")
    return (
        m.Screening.objects.filter(pk__in=own.union(invited))
        .annotate(screened=Coalesce("plan_id", "invitation__plan_id"))
        .order_by("pk")
    )


def _sitting_days(plans: Collection[int]) -> Rows:
    later = m.SittingDay.objects.filter(
        companion=OuterRef("companion"), day=OuterRef("day"), revision__gt=OuterRef("revision")
    )
    return m.SittingDay.objects.filter(~Exists(later), companion__plan_id__among=plans).order_by(
        "companion_id", "day"
    )


def _load_ratings(plans: Collection[int]) -> Rows:
    later = m.LoadRating.objects.filter(
        companion=OuterRef("companion"),
        task=OuterRef("task"),
        day=OuterRef("day"),
        revision__gt=OuterRef("revision"),
    )
    return m.LoadRating.objects.filter(~Exists(later), companion__plan_id__among=plans).order_by(
        "companion_id", "task", "day"
    )


def _activities(plans: Collection[int]) -> Rows:
    later = m.OutcomeAnswer.objects.filter(
        plan=OuterRef("answer__plan"),
        month=OuterRef("answer__month"),
        revision__gt=OuterRef("answer__revision"),
    )
    return m.OutcomeActivity.objects.filter(~Exists(later), answer__plan_id__among=plans).order_by(
        "answer_id", "number"
    )


def _check_ins(plans: Collection[int]) -> Rows:
    """An empty list of signs is "none" only where the question is known to have been answered."""
    rows: Rows = _latest(m.CheckIn, "plan_id", "week_number")(plans)
    answered = ~Q(red_flags=[]) | Q(signs_answered=True)
    return rows.annotate(signs_reported=Case(When(answered, then=F("red_flags")), default=None))


def _intentions(plans: Collection[int]) -> Rows:
    rows: Rows = _latest(m.LessonIntention, "plan_id", "slug")(plans)
    return rows.exclude(words="")


def _place(_value: Any, plan: PlanKey) -> int:
    return plan.number


def _after_first(_value: Any, plan: PlanKey) -> int:
    return (plan.start - plan.first_start).days


def _lesson(slug: str, _plan: PlanKey) -> str | None:
    """Only a word of ours: a clinic's own could tell which clinic it is."""
    return slug if slug in {name for _language, name in shipped()} else None


def _event_reason(detail: dict[str, Any], _plan: PlanKey) -> str | None:
    """Only a reason that is a word of ours; whatever else is in there stays out."""
    reason = detail.get("reason")
    return reason if reason in _EVENT_REASONS else None


def _minutes(name: str, meaning: str, values: str, **told: Any) -> Column:
    return integer(name, meaning, unit="minutes", values=values, **told)


_EVENT_REASONS: Final = ("red_flag", "consent_withdrawn")
_WEEK: Final = integer(
    "week", "Week of the plan, from 1; 0 before the first.", of="week_number", values="0 to 52"
)

PLANS: Final = Table(
    "plans",
    "A walking programme of one person, as it is set now.",
    m.Plan,
    lambda plans: m.Plan.objects.filter(pk__among=plans).order_by("pk"),
    (
        integer("plan_number", "Which plan of the person it is.", of="pk", convert=_place,
                values="1 or more"),
        integer("days_after_first_plan", "From the start of the person's first plan to that of this one.",
                of="start", convert=_after_first, unit="days"),
        chosen("status", "State of the plan when the export was made.", m.Plan.Status.values),
        chosen("paused_for", "Why it is paused.", ("red_flag", "physiotherapist"),
               missing="not paused"),
        integer("running_week", "The week that runs, or ran last.", of="week_number",
                values="0 to 52"),
        _minutes("baseline_minutes", "Where the plan begins: minutes a walk.", "5 to 60"),
        integer("baseline_days", "Where the plan begins: walks a week.", unit="days a week", values="1 to 7"),
        _minutes("goal_minutes", "Where it leads: minutes a walk.", "5 to 120"),
        integer("goal_days", "Where it leads: walks a week.", unit="days a week", values="1 to 7"),
        _minutes("weekly_increase", "The most that a step adds to a week.", "7 to 30"),
        integer("weeks_per_rung", "Good weeks before the next step.", unit="weeks", values="1 to 4"),
        integer("length_weeks", "Length of the plan.", unit="weeks", values="1 to 52"),
        boolean("allow_faster", "Whether two steps at once are allowed."),
    ),
    plan="pk",
)  # fmt: skip

TABLES: Final[tuple[Table, ...]] = (
    PLANS,
    Table(
        "screenings",
        "What was found at enrolment.",
        m.Screening,
        _screenings,
        (
            boolean("recovered", "Recovered from the last episode within six months before."),
            _minutes("comfortable_minutes", "How long they could walk comfortably.", "0 to 600"),
        ),
        plan="screened",
    ),
    Table(
        "weeks",
        "Weeks that have begun, with the dose prescribed.",
        m.Week,
        _of_plans(m.Week, "number"),
        (
            integer("week", "Week of the plan.", of="number", values="1 to 52"),
            days("first_day", "Its first day.", of="starts"),
            days("last_day", "Its last day; less than six days later only where a pause cut it short.",
                 of="ends"),
            _minutes("minutes", "Minutes a walk; after easing in mid-week, the eased dose.", "1 to 120"),
            integer("days", "Walks a week; likewise.", unit="days a week", values="1 to 7"),
            chosen("set_by", "Who set the dose.", m.Week.Origin.values, of="origin"),
            integer("eased_from", "Day of the week (1-7) from which a flare-up eased the dose.",
                    values="1 to 7", missing="not eased in mid-week"),
            _minutes("minutes_before", "Minutes a walk before that.", "1 to 120", of="first_minutes",
                     missing="not eased in mid-week"),
            integer("days_before", "Walks a week before that.", of="first_days", unit="days a week",
                    values="1 to 7", missing="not eased in mid-week"),
        ),
    ),
    Table(
        "reviews",
        "What was decided at the end of a week; of each week the review that counts.",
        m.Review,
        _latest(m.Review, "plan_id", "week_number"),
        (
            _WEEK,
            integer("revision", "How often the week was reviewed; more than once after a late check-in.",
                    values="1 or more"),
            days("day", "When it was decided.", of="at", moment=True),
            integer("line", "The rule that fitted, a line of the programme's table.", values="1 to 19"),
            chosen("decision", "What happened to the dose.", [str(each) for each in Decision]),
            chosen("reason", "Why.", [str(each) for each in Reason]),
            integer("pain", "The highest pain told in the week.", values=_ZERO_TO_TEN,
                    missing="nobody told any"),
            Column("adherence", Kind.NUMBER, "adherence",
                   "Minutes of the best days, each counted up to its dose, by the minutes prescribed.",
                   number, unit="share", values="0 to 1"),
            _minutes("minutes_walked", "All minutes walked in the week.", "0 or more"),
            _minutes("dose_minutes", "The dose reviewed: minutes a walk.", "1 to 120"),
            integer("dose_days", "The dose reviewed: walks a week.", unit="days a week", values="1 to 7"),
            _minutes("next_minutes", "Next week's dose: minutes a walk.", "1 to 120",
                     missing="stopped, or the last week"),
            integer("next_days", "Next week's dose: walks a week.", unit="days a week", values="1 to 7",
                    missing="stopped, or the last week"),
            chosen("flags", "What the physiotherapist was shown; several parted by a bar.",
                   [*(str(each) for each in Flag), "none"], convert=joined),
        ),
    ),
    Table(
        "walks",
        "Walks of the diary; those that were taken out again are left out.",
        m.Walk,
        _of_plans(m.Walk, "day", "pk", removed_at=None),
        (
            days("day", "The day of the walk.", of="day"),
            _minutes("minutes", "How long.", "1 to 600"),
            integer("pain", "Pain after the walk.", values=_ZERO_TO_TEN, missing=_NOT_ANSWERED),
            chosen("effort", "How it felt.", ("easy", "moderate", "hard"), missing=_NOT_ANSWERED),
            chosen("entered_by", "Who entered it.", ("patient", "staff"), of="entered_by_id",
                   convert=who, missing="a device that was not signed in"),
            boolean("corrected", "Whether it was changed after it was entered.", of="changed_at",
                    convert=is_there),
        ),
    ),
    Table(
        "check_ins",
        "Weekly check-ins; of each week the answers that count.",
        m.CheckIn,
        _check_ins,
        (
            _WEEK,
            integer("revision", "How often it was answered.", values="1 or more"),
            days("day", "When it was answered.", of="at", moment=True),
            chosen("via", "How.", m.CheckIn.Via.values),
            integer("pain", "Pain in the week.", values=_ZERO_TO_TEN, missing=_NOT_ANSWERED),
            chosen("difficulty", "How hard the week was.", m.CheckIn.Difficulty.values,
                   missing=_NOT_ANSWERED),
            integer("confidence", "Confidence for the next week.", values=_ZERO_TO_TEN,
                    missing=_NOT_ANSWERED),
            boolean("flare_up", "Pain that limited activities for 24 hours or more."),
            boolean("away", "Away or ill."),
            chosen("red_flags", "Warning signs; several parted by a bar.", [*RED_FLAG_CODES, "none"],
                   of="signs_reported", convert=joined,
                   missing="not answered, or answered before this was recorded"),
        ),
    ),
    Table(
        "adjustments",
        "Doses that a physiotherapist set for the week after; the latest of each week.",
        m.Adjustment,
        _latest(m.Adjustment, "plan_id", "week_number"),
        (
            integer("week", "The week after which it holds.", of="week_number", values="0 to 52"),
            integer("revision", "How often it was set.", values="1 or more"),
            days("day", "When.", of="at", moment=True),
            _minutes("minutes", "Minutes a walk.", "5 to 120", missing="taken back"),
            integer("days", "Walks a week.", unit="days a week", values="1 to 7", missing="taken back"),
        ),
    ),
    Table(
        "monthly_answers",
        "Answers to the monthly question for recurrence; of each month the one that counts.",
        m.Recurrence,
        _latest(m.Recurrence, "plan_id", "month", month__isnull=False),
        (
            integer("month", "Month since the start.", unit="months", values="1 to 36"),
            integer("revision", "How often it was answered.", values="1 or more"),
            days("day", "When it was answered.", of="at", moment=True),
            boolean("happened", "Back pain for 24 hours or more."),
            integer("episode", "The episode told of, in the table episodes.", values="1 or more",
                    missing="none"),
        ),
    ),
    Table(
        "episodes",
        "Episodes of back pain of 24 hours or more, however they were told; each as it was told last.",
        m.Recurrence,
        _latest(m.Recurrence, "plan_id", "episode", revision="episode_revision",
                episode__isnull=False, happened=True),
        (
            integer("episode", "Its number in the plan.", values="1 or more"),
            days("first_day", "When it began.", of="started", missing="not known"),
            days("last_day", "When it ended.", of="ended", missing="goes on, or not known"),
            days("told_day", "When it was told last.", of="at", moment=True),
            boolean("limited_activity", "Limited usual activities.", missing="not known"),
            boolean("sought_care", "Led to care.", missing="not known"),
        ),
    ),
    Table(
        "outcomes",
        "Pain and disability at the start and every three months; the answers that count.",
        m.OutcomeAnswer,
        _latest(m.OutcomeAnswer, "plan_id", "month"),
        (
            integer("month", "Month since the start.", unit="months", values="0, 3, 6, 9, 12"),
            days("day", "When it was answered.", of="at", moment=True),
            integer("pain", "Average pain of the last week.", values=_ZERO_TO_TEN,
                    missing=_NOT_ANSWERED),
            integer("disability", "Roland-Morris: how many of 24 statements were ticked.",
                    unit="points", values="0 to 24", missing="the list was left out"),
            text("statements", "Their numbers, parted by a bar.", convert=joined,
                 values="1 to 24, none", missing="the list was left out"),
        ),
    ),
    Table(
        "activities",
        "How well the activities go that matter to the person (Patient-Specific Functional Scale).",
        m.OutcomeActivity,
        _activities,
        (
            integer("month", "Month since the start.", of="answer__month", unit="months",
                    values="0, 3, 6, 9, 12"),
            integer("number", "Which of the person's activities.", values="1 to 3"),
            integer("score", "0 not at all, 10 as well as before.", unit="points", values=_ZERO_TO_TEN),
        ),
        plan="answer__plan_id",
    ),
    Table(
        "contacts",
        "Coaching contacts.",
        m.Contact,
        _of_plans(m.Contact, "number"),
        (
            integer("number", "Which contact.", values="1 or more"),
            chosen("kind", "How.", m.Contact.Kind.values),
            days("due_day", "Its day.", of="due"),
            chosen("state", "What became of it.", m.Contact.State.values),
        ),
    ),
    Table(
        "absences",
        "Days away that were told ahead; those that were taken back are left out.",
        m.Absence,
        _of_plans(m.Absence, "first", withdrawn_at=None),
        (
            days("first_day", "The first day away.", of="first"),
            days("last_day", "The last.", of="last"),
            chosen("kind", "Why.", m.Absence.Kind.values),
            days("told_day", "When it was told.", of="said_on"),
        ),
    ),
    Table(
        "events",
        "What happened to a plan as a whole: started, paused, resumed, completed.",
        m.PlanEvent,
        _of_plans(m.PlanEvent, "at", "pk"),
        (
            chosen("kind", "What.", m.PlanEvent.Kind.values),
            days("day", "When.", of="at", moment=True),
            _WEEK,
            _minutes("minutes", "The dose from then on: minutes a walk.", "1 to 120",
                     missing="the dose did not change"),
            integer("days", "The dose from then on: walks a week.", unit="days a week", values="1 to 7",
                    missing="the dose did not change"),
            chosen("reason", "Why, where it was not a person's choice.", _EVENT_REASONS, of="detail",
                   convert=_event_reason, missing=_NOT_RECORDED),
        ),
    ),
    Table(
        "companions",
        "Companion programmes beside walking.",
        m.CompanionProgramme,
        _of_plans(m.CompanionProgramme, "number"),
        (
            chosen("kind", "Which.", ("movement", "sitting", "loads")),
            integer("number", "Its number in the plan.", values="1 or more"),
            days("first_day", "From.", of="started_on"),
            days("last_day", "To.", of="ended_on", missing="nobody ended it"),
        ),
    ),
    Table(
        "movement_sessions",
        "Movement retraining: one pattern done once.",
        m.MovementSession,
        _of_companions(m.MovementSession, "day", "pk"),
        (
            days("day", "When.", of="day"),
            text("pattern", "Which movement: a word of the programme."),
            integer("version", "Which version: easier ones first.", values="1 or more"),
            integer("times", "How often.", values="1 or more", missing="measured in seconds"),
            integer("seconds", "How long.", unit="seconds", values="1 or more",
                    missing="measured in times"),
            integer("safe", "How safe it felt.", values=_ZERO_TO_TEN),
            integer("pain", "Pain.", values=_ZERO_TO_TEN),
        ),
        plan="companion__plan_id",
    ),
    Table(
        "sitting_days",
        "Sitting less: one day.",
        m.SittingDay,
        _sitting_days,
        (
            days("day", "Which.", of="day"),
            _minutes("less", "How much less was sat than usual.", "0 or more"),
        ),
        plan="companion__plan_id",
    ),
    Table(
        "load_tries",
        "Everyday loads: one task tried once.",
        m.LoadTry,
        _of_companions(m.LoadTry, "day", "pk"),
        (
            days("day", "When.", of="day"),
            text("task", "Which task: a word of the programme."),
            integer("level", "With which load.", values="1 to 3"),
            integer("pain", "Pain.", values=_ZERO_TO_TEN),
        ),
        plan="companion__plan_id",
    ),
    Table(
        "load_ratings",
        "Everyday loads: how sure the person feels about a task; of each day the rating that counts.",
        m.LoadRating,
        _load_ratings,
        (
            days("day", "When.", of="day"),
            text("task", "Which task: a word of the programme."),
            integer("revision", "How often it was rated on that day.", values="1 or more"),
            integer("sure", "0 not sure at all, 10 quite sure.", values=_ZERO_TO_TEN),
        ),
        plan="companion__plan_id",
    ),
    Table(
        "lessons",
        "Lessons that were read; each time one row.",
        m.LessonReading,
        _of_plans(m.LessonReading, "slug", "number"),
        (
            text("lesson", "Which lesson: a word of Waymark's.", of="slug", convert=_lesson,
                 missing="a lesson of the clinic's own"),
            boolean("of_clinic", "Whether it was written, or changed, by the clinic."),
            integer("time", "The how manyeth time it was read.", of="number", values="1 or more"),
            days("day", "When.", of="at", moment=True),
            text("language", "In which language.", values="such as en"),
            integer("version", "The version of its text.", values="1 or more"),
            integer("right", "How many of its three questions were answered rightly.",
                    values="0 to 3", missing="read without answering"),
        ),
    ),
    Table(
        "words_of_check_ins",
        "What people who agreed to share their words wrote in check-ins.",
        m.CheckIn,
        lambda plans: _latest(m.CheckIn, "plan_id", "week_number")(plans).exclude(words=""),
        (_WEEK, text("words", "In the person's own words; nobody has looked through them.")),
        words=True,
    ),
    Table(
        "words_of_absences",
        "What they wrote of days away.",
        m.Absence,
        lambda plans: _of_plans(m.Absence, "first", withdrawn_at=None)(plans).exclude(words=""),
        (
            days("first_day", "The first day away.", of="first"),
            text("words", "In the person's own words; nobody has looked through them."),
        ),
        words=True,
    ),
    Table(
        "words_of_activities",
        "What they called the activities that matter to them.",
        m.OutcomeActivity,
        _activities,
        (
            integer("month", "Month since the start.", of="answer__month", unit="months",
                    values="0, 3, 6, 9, 12"),
            integer("number", "Which of the person's activities.", values="1 to 3"),
            text("words", "In the person's own words; nobody has looked through them."),
        ),
        plan="answer__plan_id",
        words=True,
    ),
    Table(
        "words_of_intentions",
        "What they wrote that they will try after a lesson.",
        m.LessonIntention,
        _intentions,
        (
            days("day", "When.", of="at", moment=True),
            text("words", "In the person's own words; nobody has looked through them."),
        ),
        words=True,
    ),
)  # fmt: skip
