"""What goes with the tables: the data dictionary, the flow of people, the manifest and what is what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from walking.research.columns import PERSON_ID, PLAN_ID, Column
from walking.research.people import COLUMNS, FEWEST, REASONS
from walking.research.tables import TABLES

#: Of the tables and their columns; another number where somebody's program could stumble over a change.
SCHEMA: Final = "waymark-research-1"
PEOPLE: Final = "people"
PEOPLE_ABOUT: Final = "People who agreed to research, one row each."

HEAD: Final = (
    "table", "column", "type", "meaning", "unit", "allowed_values", "missing_means", "source",
)  # fmt: skip

FLOW: Final[dict[str, str]] = {
    "invited": "Invitations sent (nobody is counted who was enrolled in person)",
    "invitation_waiting": "of these, still open",
    "joined": "People with a plan",
    "started": "of these, whose plan has begun",
    **{f"left_out_{reason}": f"left out: {words}" for reason, words in REASONS.items()},
    "agreed": "agreed to research when the export began",
    "left_out_meanwhile": "left out: changed that while the export was made",
    "exported": "in this export",
    "sharing_words": "of these, who also share their own words",
}


def tables() -> list[tuple[str, str, tuple[Column, ...], str]]:
    """Every table of an export: its name, what it is about, its columns, and where it is from."""
    own = [(each.name, each.about, each.columns, each.model.__name__) for each in TABLES]
    return [(PEOPLE, PEOPLE_ABOUT, COLUMNS, "User"), *own]


def dictionary_rows() -> list[tuple[str, ...]]:
    return [
        (
            name,
            column.name,
            column.kind.value,
            column.meaning,
            column.unit,
            column.values,
            column.missing or "never missing",
            "made for the export" if column in (PERSON_ID, PLAN_ID) else f"{model}.{column.of}",
        )
        for name, _about, columns, model in tables()
        for column in columns
    ]


def dictionary_text() -> str:
    """The same to read, as Markdown."""
    lines = ["# Data dictionary", "", f"Schema: {SCHEMA}.", ""]
    for name, about, _columns, _model in tables():
        lines += [f"## {name}", "", about, ""]
        lines += ["| column | type | meaning | unit | values | missing means | source |"]
        lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
        for row in dictionary_rows():
            if row[0] == name:
                lines.append("| " + " | ".join(cell or "–" for cell in row[1:]) + " |")
        lines.append("")
    return "\n".join(lines)


def flow_rows(flow: Mapping[str, int]) -> list[tuple[object, ...]]:
    return [("step", "what", "number"), *((key, words, flow[key]) for key, words in FLOW.items())]


def manifest_text(kind: str, rows: Mapping[str, int], digests: Mapping[str, str]) -> str:
    """No moment is in it: with the days in the tables it would tell on which date plans began."""
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "format": kind,
        "rows": dict(rows),
        "sha256": dict(sorted(digests.items())),
    }
    return json.dumps(told, indent=2) + "\n"


def readme_text(kind: str, people: int) -> str:
    few = (
        f"\nThis export has {people} people, fewer than the {FEWEST} in whom nobody stands out: treat it as if "
        "their names were in it.\n"
        if people < FEWEST
        else ""
    )
    csv_note = (
        "CSV files are UTF-8 with commas; an empty cell is a missing value; text that a spreadsheet could take for a\n"
        "formula has an apostrophe before it.\n"
        if kind == "csv"
        else "Missing values are nulls.\n"
    )
    names = "\n".join(f"- `{name}.{kind}`: {about}" for name, about, _columns, _model in tables())
    return f"""# Research export

What patients of Waymark agreed to share for research, without what would tell who they are.
{few}
## Files

{names}
- `dictionary.csv`, `DICTIONARY.md`: every column with type, unit, allowed values and what missing means.
- `flow.csv`: how many were invited, joined, began, agreed, and why others are left out.
- `manifest.json`: the schema, the rows of each table, and the SHA-256 of each file.

{csv_note}
## What was done so that nobody is recognised

- Only people who had agreed to research when the export was made; who never said so is not in it.
- `person_id` and `plan_id` are random and made for this export alone: those of two exports do not match.
- There is no date: days are counted from the plan's start (day 0); days before it are negative.
- No names, addresses, telephone numbers or links; nothing that staff wrote. There is no age or sex to leave out.
- What tells where somebody is from is "other" where fewer than {FEWEST} people share all of it (an eleventh is the risk
  that the European Medicines Agency's guidance on its Policy 0070 allows).
- People are in a random order.
- Own words are only in the tables `words_of_...`, of people who agreed to that apart. Nobody has looked through them:
  they may name somebody.

## What is left of the risk

Somebody who knows a person well, such as on which days they walked or when an episode began, could find them by that.
Who knows when the export was made can tell roughly when running plans began. So keep the files as you
keep health data, give them to nobody else, do not link them with other data, and do not try to find out who
somebody is.
"""
