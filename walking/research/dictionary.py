"""The files that describe the tables: data dictionary, flow of people, manifest and README."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from walking.research.columns import PERSON_ID, PLAN_ID, Column
from walking.research.people import COLUMNS, FEWEST, REASONS
from walking.research.tables import TABLES

#: Version of the tables and columns; raise it when a change could break a researcher's program.
SCHEMA: Final = "waymark-research-1"
PEOPLE: Final = "people"
PEOPLE_ABOUT: Final = "People who agreed to research, one row for each person."

HEAD: Final = (
    "table", "column", "type", "meaning", "unit", "allowed_values", "missing_means", "source",
)  # fmt: skip

FLOW: Final[dict[str, str]] = {
    "invited": "Invitations sent (people enrolled in person are not counted)",
    "invitation_waiting": "of these, still open",
    "joined": "People with a plan",
    "started": "of these, plan has begun",
    **{f"left_out_{reason}": f"left out: {words}" for reason, words in REASONS.items()},
    "agreed": "agreed to research when the export began",
    "left_out_meanwhile": "left out: withdrew while the export was made",
    "exported": "in this export",
    "sharing_words": "of these, also share their own words",
}


def tables() -> list[tuple[str, str, tuple[Column, ...], str]]:
    """Return every table of an export: name, description, columns, and source model."""
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
    """Return the dictionary as Markdown."""
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
    """Return the manifest. It contains no date: with the days in the tables, a date would show when plans began."""
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "format": kind,
        "rows": dict(rows),
        "sha256": dict(sorted(digests.items())),
    }
    return json.dumps(told, indent=2) + "\n"


def readme_text(kind: str, people: int) -> str:
    few = (
        f"\nThis export has {people} people, fewer than the {FEWEST} needed to hide individuals: treat it as if "
        "it contained their names.\n"
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

What patients of Waymark agreed to share for research, without data that identifies them.
{few}
## Files

{names}
- `dictionary.csv`, `DICTIONARY.md`: each column with type, unit, allowed values and the meaning of a missing value.
- `flow.csv`: how many people were invited, joined, began and agreed, and why others are left out.
- `manifest.json`: the schema, the number of rows of each table, and the SHA-256 of each file.

{csv_note}
## How people are protected from being recognised

- Only people who agreed to research and had not withdrawn when the export was made are included.
- `person_id` and `plan_id` are random and made for this export: they do not match those of another export.
- There are no dates: days are counted from the plan's start (day 0); days before it are negative.
- No names, addresses, phone numbers or links; nothing that staff wrote. Waymark does not record age or sex.
- What shows where a person is from is "other" if fewer than {FEWEST} people share all of it (the European Medicines
  Agency's guidance on its Policy 0070 allows a risk of one in eleven).
- People are in a random order.
- People's own words are only in the tables `words_of_...`, and only if they agreed to that separately. No one has
  checked them: they may contain names.

## Remaining risk

Someone who knows a person well, such as the days on which they walked or when an episode began, could recognise them.
Someone who knows when the export was made can estimate when current plans began. So store the files as you
store health data, do not share them, do not link them with other data, and do not try to identify anyone.
"""
