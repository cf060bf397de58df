"""All tables of the export except people, by column: both the files and the data dictionary are built from this."""

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
    """Return a query for the latest revision of rows that share the ``same`` columns."""
    manager = model._default_manager

    def rows(plans: Collection[int]) -> Rows:
        # Repeat the condition for later rows, so that the database never scans the whole table for them.
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
    # A union of two queries: with an "or" the database would read the whole table.
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
    """Load check-ins. An empty list of signs means "none" only if the question is known to have been answered."""
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
    """Return the name of one of our lessons, else None: a clinic's own name could identify the clinic."""
    return slug if slug in {name for _language, name in shipped()} else None


def _event_reason(detail: dict[str, Any], _plan: PlanKey) -> str | None:
    """Return the reason if it is one of our codes, else None; nothing else in ``detail`` is exported."""
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
    "Walking programmes, one row for each plan, with the current settings.",
    m.Plan,
    lambda plans: m.Plan.objects.filter(pk__among=plans).order_by("pk"),
    (
        integer("plan_number", "Number of this plan among the person's plans.", of="pk", convert=_place,
                values="1 or more"),
        integer("days_after_first_plan", "Days from the start of the person's first plan to the start of this one.",
                of="start", convert=_after_first, unit="days"),
        chosen("status", "Status of the plan when the export was made.", m.Plan.Status.values),
        chosen("paused_for", "Why the plan is paused.", ("red_flag", "physiotherapist"),
               missing="not paused"),
        integer("running_week", "The current week, or the last one.", of="week_number",
                values="0 to 52"),
        _minutes("baseline_minutes", "Baseline: minutes per walk.", "5 to 60"),
        integer("baseline_days", "Baseline: walks per week.", unit="days a week", values="1 to 7"),
        _minutes("goal_minutes", "Goal: minutes per walk.", "5 to 120"),
        integer("goal_days", "Goal: walks per week.", unit="days a week", values="1 to 7"),
        _minutes("weekly_increase", "Largest increase in one step, in minutes per week.", "7 to 30"),
        integer("weeks_per_rung", "Good weeks needed before the next step.", unit="weeks", values="1 to 4"),
        integer("length_weeks", "Length of the plan.", unit="weeks", values="1 to 52"),
        boolean("allow_faster", "Whether an increase of two steps at once is allowed."),
    ),
    plan="pk",
)  # fmt: skip

TABLES: Final[tuple[Table, ...]] = (
    PLANS,
    Table(
        "screenings",
        "Screening answers at enrolment.",
        m.Screening,
        _screenings,
        (
            boolean("recovered", "Recovered from the last episode within the six months before enrolment."),
            _minutes("comfortable_minutes", "How long the person could walk comfortably.", "0 to 600"),
        ),
        plan="screened",
    ),
    Table(
        "weeks",
        "Weeks that have begun, with the prescribed dose.",
        m.Week,
        _of_plans(m.Week, "number"),
        (
            integer("week", "Week of the plan.", of="number", values="1 to 52"),
            days("first_day", "First day of the week.", of="starts"),
            days("last_day", "Last day of the week; fewer than six days later only if a pause cut it short.",
                 of="ends"),
            _minutes("minutes", "Minutes per walk; after a reduction in mid-week, the reduced dose.", "1 to 120"),
            integer("days", "Walks per week; after a reduction in mid-week, the reduced dose.",
                    unit="days a week", values="1 to 7"),
            chosen("set_by", "Who set the dose.", m.Week.Origin.values, of="origin"),
            integer("eased_from", "Day of the week (1-7) from which a flare-up reduced the dose.",
                    values="1 to 7", missing="not reduced in mid-week"),
            _minutes("minutes_before", "Minutes per walk before that reduction.", "1 to 120", of="first_minutes",
                     missing="not reduced in mid-week"),
            integer("days_before", "Walks per week before that reduction.", of="first_days", unit="days a week",
                    values="1 to 7", missing="not reduced in mid-week"),
        ),
    ),
    Table(
        "reviews",
        "Decisions at the end of each week: the latest review of each week.",
        m.Review,
        _latest(m.Review, "plan_id", "week_number"),
        (
            _WEEK,
            integer("revision", "Number of this review of the week; above 1 after a late check-in.",
                    values="1 or more"),
            days("day", "Day of the decision.", of="at", moment=True),
            integer("line", "The line of the programme's table of rules that applied.", values="1 to 19"),
            chosen("decision", "What happened to the dose.", [str(each) for each in Decision]),
            chosen("reason", "Reason for the decision.", [str(each) for each in Reason]),
            integer("pain", "Highest pain reported in the week.", values=_ZERO_TO_TEN,
                    missing="no pain reported"),
            Column("adherence", Kind.NUMBER, "adherence",
                   "Minutes walked on the best days, each day up to its dose, divided by the minutes prescribed.",
                   number, unit="share", values="0 to 1"),
            _minutes("minutes_walked", "Total minutes walked in the week.", "0 or more"),
            _minutes("dose_minutes", "Dose of the reviewed week: minutes per walk.", "1 to 120"),
            integer("dose_days", "Dose of the reviewed week: walks per week.", unit="days a week", values="1 to 7"),
            _minutes("next_minutes", "Dose of the following week: minutes per walk.", "1 to 120",
                     missing="stopped, or the last week"),
            integer("next_days", "Dose of the following week: walks per week.", unit="days a week", values="1 to 7",
                    missing="stopped, or the last week"),
            chosen("flags", "Warnings shown to the physiotherapist; several are separated by vertical bars.",
                   [*(str(each) for each in Flag), "none"], convert=joined),
        ),
    ),
    Table(
        "walks",
        "Walks in the diary, without deleted walks.",
        m.Walk,
        _of_plans(m.Walk, "day", "pk", removed_at=None),
        (
            days("day", "Day of the walk.", of="day"),
            _minutes("minutes", "Duration of the walk.", "1 to 600"),
            integer("pain", "Pain after the walk.", values=_ZERO_TO_TEN, missing=_NOT_ANSWERED),
            chosen("effort", "How the walk felt.", ("easy", "moderate", "hard"), missing=_NOT_ANSWERED),
            chosen("entered_by", "Who entered the walk.", ("patient", "staff"), of="entered_by_id",
                   convert=who, missing="a device that was not signed in"),
            boolean("corrected", "Whether the walk was changed after it was entered.", of="changed_at",
                    convert=is_there),
        ),
    ),
    Table(
        "check_ins",
        "Weekly check-ins: the latest answers for each week.",
        m.CheckIn,
        _check_ins,
        (
            _WEEK,
            integer("revision", "Number of this answer for the week; above 1 if answered again.",
                    values="1 or more"),
            days("day", "Day of the answer.", of="at", moment=True),
            chosen("via", "How it was answered.", m.CheckIn.Via.values),
            integer("pain", "Pain in the week.", values=_ZERO_TO_TEN, missing=_NOT_ANSWERED),
            chosen("difficulty", "How hard the week felt.", m.CheckIn.Difficulty.values,
                   missing=_NOT_ANSWERED),
            integer("confidence", "Confidence for the following week.", values=_ZERO_TO_TEN,
                    missing=_NOT_ANSWERED),
            boolean("flare_up", "Whether pain limited activities for 24 hours or more."),
            boolean("away", "Whether the person was away or ill."),
            chosen("red_flags", "Warning signs; several are separated by vertical bars.", [*RED_FLAG_CODES, "none"],
                   of="signs_reported", convert=joined,
                   missing="not answered, or answered before this was recorded"),
        ),
    ),
    Table(
        "adjustments",
        "Doses that a physiotherapist set for the following week: the latest for each week.",
        m.Adjustment,
        _latest(m.Adjustment, "plan_id", "week_number"),
        (
            integer("week", "The week before the one the dose applies to.", of="week_number", values="0 to 52"),
            integer("revision", "Number of this setting for the week.", values="1 or more"),
            days("day", "Day it was set.", of="at", moment=True),
            _minutes("minutes", "Minutes per walk.", "5 to 120", missing="withdrawn"),
            integer("days", "Walks per week.", unit="days a week", values="1 to 7", missing="withdrawn"),
        ),
    ),
    Table(
        "monthly_answers",
        "Answers to the monthly question about recurrence: the latest for each month.",
        m.Recurrence,
        _latest(m.Recurrence, "plan_id", "month", month__isnull=False),
        (
            integer("month", "Months since the start.", unit="months", values="1 to 36"),
            integer("revision", "Number of this answer for the month.", values="1 or more"),
            days("day", "Day of the answer.", of="at", moment=True),
            boolean("happened", "Whether there was back pain for 24 hours or more."),
            integer("episode", "The reported episode, in the table episodes.", values="1 or more",
                    missing="none"),
        ),
    ),
    Table(
        "episodes",
        "Episodes of back pain of 24 hours or more, however reported: the latest report of each.",
        m.Recurrence,
        _latest(m.Recurrence, "plan_id", "episode", revision="episode_revision",
                episode__isnull=False, happened=True),
        (
            integer("episode", "Number of the episode in the plan.", values="1 or more"),
            days("first_day", "Day it began.", of="started", missing="not known"),
            days("last_day", "Day it ended.", of="ended", missing="not over, or not known"),
            days("told_day", "Day of the latest report.", of="at", moment=True),
            boolean("limited_activity", "Whether it limited usual activities.", missing="not known"),
            boolean("sought_care", "Whether it led to care.", missing="not known"),
        ),
    ),
    Table(
        "outcomes",
        "Pain and disability at the start and every three months: the latest answers.",
        m.OutcomeAnswer,
        _latest(m.OutcomeAnswer, "plan_id", "month"),
        (
            integer("month", "Months since the start.", unit="months", values="0, 3, 6, 9, 12"),
            days("day", "Day of the answer.", of="at", moment=True),
            integer("pain", "Average pain over the last week.", values=_ZERO_TO_TEN,
                    missing=_NOT_ANSWERED),
            integer("disability", "Roland-Morris: number of the 24 statements ticked.",
                    unit="points", values="0 to 24", missing="questionnaire not answered"),
            text("statements", "Numbers of the ticked statements, separated by vertical bars.", convert=joined,
                 values="1 to 24, none", missing="questionnaire not answered"),
        ),
    ),
    Table(
        "activities",
        "How well the activities that matter to the person go (Patient-Specific Functional Scale).",
        m.OutcomeActivity,
        _activities,
        (
            integer("month", "Months since the start.", of="answer__month", unit="months",
                    values="0, 3, 6, 9, 12"),
            integer("number", "Number of the activity in the person's list.", values="1 to 3"),
            integer("score", "How well it goes: 0 not at all, 10 as well as before.", unit="points",
                    values=_ZERO_TO_TEN),
        ),
        plan="answer__plan_id",
    ),
    Table(
        "contacts",
        "Coaching contacts.",
        m.Contact,
        _of_plans(m.Contact, "number"),
        (
            integer("number", "Number of the contact.", values="1 or more"),
            chosen("kind", "Kind of contact.", m.Contact.Kind.values),
            days("due_day", "Planned day.", of="due"),
            chosen("state", "Status of the contact.", m.Contact.State.values),
        ),
    ),
    Table(
        "absences",
        "Days away that were reported in advance, without deleted ones.",
        m.Absence,
        _of_plans(m.Absence, "first", withdrawn_at=None),
        (
            days("first_day", "First day away.", of="first"),
            days("last_day", "Last day away.", of="last"),
            chosen("kind", "Reason.", m.Absence.Kind.values),
            days("told_day", "Day it was reported.", of="said_on"),
        ),
    ),
    Table(
        "events",
        "Events of a plan as a whole: started, paused, resumed, completed.",
        m.PlanEvent,
        _of_plans(m.PlanEvent, "at", "pk"),
        (
            chosen("kind", "Kind of event.", m.PlanEvent.Kind.values),
            days("day", "Day of the event.", of="at", moment=True),
            _WEEK,
            _minutes("minutes", "Dose from then on: minutes per walk.", "1 to 120",
                     missing="the dose did not change"),
            integer("days", "Dose from then on: walks per week.", unit="days a week", values="1 to 7",
                    missing="the dose did not change"),
            chosen("reason", "Reason, if it was not a person's choice.", _EVENT_REASONS, of="detail",
                   convert=_event_reason, missing=_NOT_RECORDED),
        ),
    ),
    Table(
        "companions",
        "Companion programmes added to the walking plan.",
        m.CompanionProgramme,
        _of_plans(m.CompanionProgramme, "number"),
        (
            chosen("kind", "Which companion programme.", ("movement", "sitting", "loads")),
            integer("number", "Number of the companion programme in the plan.", values="1 or more"),
            days("first_day", "First day of the companion programme.", of="started_on"),
            days("last_day", "Last day of the companion programme.", of="ended_on", missing="not ended"),
        ),
    ),
    Table(
        "movement_sessions",
        "Movement retraining: one row each time a movement pattern was practised.",
        m.MovementSession,
        _of_companions(m.MovementSession, "day", "pk"),
        (
            days("day", "Day of the practice.", of="day"),
            text("pattern", "Movement pattern: a code of the programme."),
            integer("version", "Version of the pattern, from 1, the easiest.", values="1 or more"),
            integer("times", "Number of repetitions.", values="1 or more", missing="measured in seconds"),
            integer("seconds", "Duration.", unit="seconds", values="1 or more",
                    missing="measured in repetitions"),
            integer("safe", "How safe the movement felt.", values=_ZERO_TO_TEN),
            integer("pain", "Pain during the movement.", values=_ZERO_TO_TEN),
        ),
        plan="companion__plan_id",
    ),
    Table(
        "sitting_days",
        "Sitting less: one row for each day.",
        m.SittingDay,
        _sitting_days,
        (
            days("day", "The day.", of="day"),
            _minutes("less", "How much less than usual the person sat.", "0 or more"),
        ),
        plan="companion__plan_id",
    ),
    Table(
        "load_tries",
        "Everyday loads: one row each time a task was tried.",
        m.LoadTry,
        _of_companions(m.LoadTry, "day", "pk"),
        (
            days("day", "Day of the try.", of="day"),
            text("task", "Task: a code of the programme."),
            integer("level", "Level of the load.", values="1 to 3"),
            integer("pain", "Pain during the task.", values=_ZERO_TO_TEN),
        ),
        plan="companion__plan_id",
    ),
    Table(
        "load_ratings",
        "Everyday loads: how confident the person feels about a task, the latest rating of each day.",
        m.LoadRating,
        _load_ratings,
        (
            days("day", "Day of the rating.", of="day"),
            text("task", "Task: a code of the programme."),
            integer("revision", "Number of this rating on that day.", values="1 or more"),
            integer("sure", "Confidence: 0 not sure at all, 10 completely sure.", values=_ZERO_TO_TEN),
        ),
        plan="companion__plan_id",
    ),
    Table(
        "lessons",
        "Lessons read, one row for each time.",
        m.LessonReading,
        _of_plans(m.LessonReading, "slug", "number"),
        (
            text("lesson", "Lesson: a code of Waymark.", of="slug", convert=_lesson,
                 missing="a lesson written by the clinic"),
            boolean("of_clinic", "Whether the clinic wrote or changed the lesson."),
            integer("time", "1 the first time the person read this lesson, 2 the second time, and so on.",
                    of="number", values="1 or more"),
            days("day", "Day it was read.", of="at", moment=True),
            text("language", "Language of the lesson.", values="such as en"),
            integer("version", "Version of the text.", values="1 or more"),
            integer("right", "How many of the three questions were answered correctly.",
                    values="0 to 3", missing="read without answering"),
        ),
    ),
    Table(
        "words_of_check_ins",
        "Comments in check-ins, from people who agreed to share their comments.",
        m.CheckIn,
        lambda plans: _latest(m.CheckIn, "plan_id", "week_number")(plans).exclude(words=""),
        (_WEEK, text("words", "In the person's own words; not checked, so names may appear.")),
        words=True,
    ),
    Table(
        "words_of_absences",
        "Comments on days away, from the same people.",
        m.Absence,
        lambda plans: _of_plans(m.Absence, "first", withdrawn_at=None)(plans).exclude(words=""),
        (
            days("first_day", "First day away.", of="first"),
            text("words", "In the person's own words; not checked, so names may appear."),
        ),
        words=True,
    ),
    Table(
        "words_of_activities",
        "Descriptions of the activities that matter to them, from the same people.",
        m.OutcomeActivity,
        _activities,
        (
            integer("month", "Months since the start.", of="answer__month", unit="months",
                    values="0, 3, 6, 9, 12"),
            integer("number", "Number of the activity in the person's list.", values="1 to 3"),
            text("words", "In the person's own words; not checked, so names may appear."),
        ),
        plan="answer__plan_id",
        words=True,
    ),
    Table(
        "words_of_intentions",
        "What they plan to try after a lesson, from the same people.",
        m.LessonIntention,
        _intentions,
        (
            days("day", "Day it was written.", of="at", moment=True),
            text("words", "In the person's own words; not checked, so names may appear."),
        ),
        words=True,
    ),
)  # fmt: skip
