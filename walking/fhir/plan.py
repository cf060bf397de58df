"""CarePlan and Goal of a plan, and a ServiceRequest for each of its weeks."""

from __future__ import annotations

import datetime as dt
from html import escape

from walking.fhir.reading import PlanRecord
from walking.fhir.shared import (
    PHYSICAL_ACTIVITY,
    US_CORE,
    Resource,
    guide,
    loinc,
    moment,
    quantity,
    reference,
)
from walking.models import Plan, Week
from walking.programme.weeks import week_start

_CARE_PLAN = {
    Plan.Status.ACTIVE: "active",
    Plan.Status.PAUSED: "on-hold",
    Plan.Status.COMPLETED: "completed",
}
MINUTES_A_WEEK = loinc("82290-8", "Frequency of moderate to vigorous aerobic physical activity")


def goal(record: PlanRecord, patient: Resource) -> Resource:
    """Return the goal of the plan, in minutes a week."""
    plan = record.plan
    target = plan.programme.goal
    return {
        "resourceType": "Goal",
        "id": record.names.of("Goal", plan.pk),
        "meta": guide("pa-goal"),
        "lifecycleStatus": _CARE_PLAN[Plan.Status(plan.status)],
        "category": [PHYSICAL_ACTIVITY],
        "description": {"text": f"Walk {target.minutes} minutes on {target.days} days a week"},
        "subject": reference(patient),
        "startDate": plan.start.isoformat(),
        "target": [
            {
                "measure": MINUTES_A_WEEK,
                "detailQuantity": quantity(target.minutes * target.days, "min/wk", "minutes/week"),
            }
        ],
    }


def service_request(record: PlanRecord, week: Week, patient: Resource) -> Resource:
    """Return the dose of one week; if it was reduced in mid-week, the reduced dose."""
    plan = record.plan
    running = week.number == plan.week_number and plan.is_open
    made: Resource = {
        "resourceType": "ServiceRequest",
        "id": record.names.of("ServiceRequest", plan.pk, week.number),
        "basedOn": [{"reference": f"urn:uuid:{record.names.of('CarePlan', plan.pk)}"}],
        "status": _CARE_PLAN[Plan.Status(plan.status)] if running else "completed",
        "intent": "order",
        "category": [PHYSICAL_ACTIVITY],
        "code": {"text": "Walking"},
        "subject": reference(patient),
        "occurrenceTiming": {
            "repeat": {
                "boundsPeriod": {"start": week.starts.isoformat(), "end": week.ends.isoformat()},
                "duration": week.minutes,
                "durationUnit": "min",
                "frequency": week.days,
                "period": 1,
                "periodUnit": "wk",
            }
        },
        "reasonCode": [{"text": "Prevention of low back pain"}],
    }
    if plan.physiotherapist:
        made["requester"] = {"display": plan.physiotherapist.name}
    return made


def care_plan(record: PlanRecord, patient: Resource, goals: list[Resource]) -> Resource:
    plan, weeks = record.plan, record.weeks
    zone = plan.patient.zone
    words = f"Walking plan of {plan.length_weeks} weeks, from {plan.start.isoformat()}"
    name = record.names.of("CarePlan", plan.pk)
    made: Resource = {
        "resourceType": "CarePlan",
        "id": name,
        "meta": guide("pa-careplan"),
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{escape(words)}</div>',
        },
        "status": _CARE_PLAN[Plan.Status(plan.status)],
        "intent": "plan",
        "category": [
            {
                "coding": [
                    {
                        "system": f"{US_CORE}/CodeSystem/careplan-category",
                        "code": "assess-plan",
                    }
                ]
            },
            PHYSICAL_ACTIVITY,
        ],
        "title": words,
        "subject": reference(patient),
        "period": {
            "start": plan.start.isoformat(),
            "end": (
                week_start(plan.start, plan.length_weeks + 1) - dt.timedelta(days=1)
            ).isoformat(),
        },
        "created": moment(plan.created_at, zone),
        "goal": [reference(each) for each in goals],
        "activity": [
            {
                "reference": {
                    "reference": f"urn:uuid:{record.names.of('ServiceRequest', plan.pk, week.number)}"
                }
            }
            for week in weeks
        ],
    }
    if not weeks:
        del made["activity"]
    if plan.physiotherapist:
        made["contributor"] = [{"display": plan.physiotherapist.name}]
    return made
