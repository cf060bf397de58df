"""``make mutants``: mutation testing of ``walking/programme`` with cosmic-ray, in copies of the project.

Each mutant is one small change, such as ``<`` for ``<=``. The tests of ``tests/programme`` must fail for it. Mutants
that change nothing are listed in ``equivalent.toml``, each with the reason. The result is in ``var/mutants.json``. The
command fails if fewer than 97 percent are killed, or if one survives that the list does not have.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Queue
from typing import Final

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult

from tests.leftovers import guard
from tests.planted.plant import copy_project
from tests.services import BIN, ROOT

JOBS: Final = 2
#: Percent that the tests must kill.
LEAST: Final = 97
PACKAGE: Final = Path("walking/programme")
TESTS: Final = Path("tests/programme")
OUT: Final = ROOT / "var" / "mutants.json"
EQUIVALENT: Final = Path(__file__).parent / "equivalent.toml"

type Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no test notices: the line before and after. ``why`` it changes nothing, if that is known."""

    module: str
    line: int
    old: str
    new: str
    why: str = ""


@dataclass(slots=True)
class Result:
    module: str
    mutants: int = 0
    killed: int = 0
    seconds: float = 0
    survivors: list[Survivor] = field(default_factory=list)


def modules(only: str) -> list[Path]:
    """Those whose name contains ``only``, the largest first so that no job is left with one at the end."""
    found = [path for path in (ROOT / PACKAGE).glob("*.py") if path.name != "__init__.py"]
    found = [path for path in found if only in path.stem]
    return sorted(found, key=lambda path: path.stat().st_size, reverse=True)


def command_for(module: Path) -> list[str]:
    """The tests of the module come first, because most mutants do not get past them."""
    own = ROOT / TESTS / f"test_{module.stem}.py"
    others = [path for path in sorted((ROOT / TESTS).glob("test_*.py")) if path != own]
    files = [path.relative_to(ROOT) for path in ([own] if own.exists() else []) + others]
    return [
        *(sys.executable, "-m", "pytest", "-q", "-c", "tests/planted/mutants.ini"),
        *("--rootdir=.", f"--confcutdir={TESTS}"),
        *map(str, files),
    ]


# What is not worth changing ----------------------------------------------------------------------


def left_out(source: str) -> list[tuple[Place, Place]]:
    """Where a change means nothing when the program runs: types, and the arguments of decorators.

    ``@dataclass(frozen=True, slots=True)`` forbids what nobody does, and a cache may have any size.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef(args=arguments, returns=returns):
                every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
                found += [each.annotation for each in every]
                found += [returns, *node.type_params]
                found += _arguments_of(node.decorator_list)
            case ast.ClassDef():
                found += [*node.type_params, *_arguments_of(node.decorator_list)]
            case ast.AnnAssign(annotation=annotation):
                found.append(annotation)
            case ast.TypeAlias(value=value):
                found.append(value)
    return [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        for node in found
        if node is not None
    ]


def _arguments_of(decorators: list[ast.expr]) -> Iterator[ast.expr]:
    for decorator in decorators:
        if isinstance(decorator, ast.Call):
            yield from decorator.args
            yield from (keyword.value for keyword in decorator.keywords)


def _skip(session: WorkDB, source: str) -> None:
    spans = left_out(source)
    for item in list(session.pending_work_items):
        start, end = item.mutations[0].start_pos, item.mutations[0].end_pos
        if any(first <= tuple(start) and tuple(end) <= last for first, last in spans):
            session.set_result(item.job_id, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))


# Running -----------------------------------------------------------------------------------------


def mutate(module: Path, copy: Path) -> Result:
    """Tries every mutant of the module, one after the other, in a copy of the project."""
    name = module.relative_to(ROOT)
    config, session = copy / f"{module.stem}.toml", copy / f"{module.stem}.sqlite"
    command = command_for(module)
    config.write_text(
        "[cosmic-ray]\n"
        f'module-path = "{name}"\n'
        "timeout = 3600.0\n"  # the plugin limits the CPU time instead
        f"test-command = {json.dumps(' '.join(command))}\n"
        '[cosmic-ray.distributor]\nname = "local"\n'
    )
    began = time.monotonic()
    _cosmic_ray("init", config, session, copy=copy)
    with use_db(str(session), WorkDB.Mode.open) as database:
        _skip(database, module.read_text())
    _cosmic_ray("exec", config, session, copy=copy)
    with use_db(str(session), WorkDB.Mode.open) as database:
        result = _result(name, database)
    result.seconds = round(time.monotonic() - began, 1)
    return result


def _result(name: Path, session: WorkDB) -> Result:
    result = Result(str(name))
    for item, outcome in session.completed_work_items:
        if outcome.worker_outcome != WorkerOutcome.NORMAL:
            continue
        result.mutants += 1
        if outcome.test_outcome == TestOutcome.SURVIVED:
            line = item.mutations[0].start_pos[0]
            result.survivors.append(_survivor(name, line, outcome.diff or ""))
        else:
            result.killed += 1
    result.survivors.sort(key=lambda each: (each.line, each.new))
    return result


def _survivor(name: Path, line: int, diff: str) -> Survivor:
    """What the lines of a diff say was changed."""
    changed = [each for each in diff.splitlines() if not each.startswith(("---", "+++"))]
    old = " ".join(each[1:].strip() for each in changed if each.startswith("-"))
    new = " ".join(each[1:].strip() for each in changed if each.startswith("+"))
    return Survivor(str(name), line, old, new, known().get((str(name), old, new), ""))


def known() -> dict[tuple[str, str, str], str]:
    """Why mutants change nothing, by module, the line before and the line after."""
    listed = tomllib.loads(EQUIVALENT.read_text()).get("mutant", [])
    return {(each["module"], each["old"], each["new"]): each["why"] for each in listed}


def _cosmic_ray(what: str, config: Path, session: Path, *, copy: Path) -> None:
    # The tests need none of pytest's plugins, and each would cost time to load.
    env = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [BIN / "cosmic-ray", what, config, session],
        cwd=copy,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"cosmic-ray {what} {config.name}: {done.stdout}{done.stderr}")


def mutate_all(chosen: Sequence[Path], folder: Path, jobs: int) -> list[Result]:
    copies: Queue[Path] = Queue()
    for number in range(jobs):
        copy = folder / f"copy-{number}"
        copy_project(copy)
        copies.put(copy)

    def one(module: Path) -> Result:
        copy = copies.get()
        try:
            result = mutate(module, copy)
        finally:
            copies.put(copy)
        left = len(result.survivors)
        print(
            f"{module.stem:18} {result.killed:4} of {result.mutants:4} killed, {left:3} survived,"
            f" {result.seconds:6.0f} s",
            flush=True,
        )
        return result

    with ThreadPoolExecutor(jobs) as pool:
        return sorted(pool.map(one, chosen), key=lambda each: each.module)


def passes_without(folder: Path) -> bool:
    """Whether the tests pass when nothing is changed. If they do not, every mutant seems to be killed."""
    done = subprocess.run(
        command_for(modules("")[0]),
        cwd=folder,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0


# Telling -----------------------------------------------------------------------------------------


def share(results: Sequence[Result]) -> float:
    """Percent of the mutants that were killed."""
    mutants = sum(each.mutants for each in results)
    return 100 * sum(each.killed for each in results) / mutants if mutants else 100


def table(results: Sequence[Result]) -> str:
    """The tables of docs/testing.md: the modules, and every survivor with its reason."""
    lines = ["| module | mutants | killed | seconds |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| `{Path(each.module).stem}` | {each.mutants} | {each.killed} | {each.seconds:.0f} |"
        for each in results
    ]
    lines += ["", "| survivor | becomes | why it changes nothing |", "| --- | --- | --- |"]
    lines += [
        f"| `{Path(each.module).stem}`: `{_cell(each.old)}` | `{_cell(each.new)}` | {each.why or '**not known**'} |"
        for result in results
        for each in result.survivors
    ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _read(path: Path) -> list[Result]:
    return [
        Result(
            **{
                **each,
                "survivors": [
                    Survivor(
                        **{
                            **one,
                            "why": known().get((one["module"], one["old"], one["new"]), ""),
                        }
                    )
                    for one in each["survivors"]
                ],
            }
        )
        for each in json.loads(path.read_text())
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="modules whose name contains this")
    parser.add_argument("--jobs", type=int, default=JOBS, help="how many at once (default: 2)")
    parser.add_argument("--out", type=Path, default=OUT, help="where to write the result")
    parser.add_argument(
        "--table", action="store_true", help="print the last result as tables of Markdown"
    )
    options = parser.parse_args()
    if options.table:
        print(table(_read(options.out)))
        return 0
    guard()
    chosen = modules(options.only)
    with tempfile.TemporaryDirectory(prefix="waymark-mutants-") as folder:
        copy_project(Path(folder) / "sound")
        if not passes_without(Path(folder) / "sound"):
            print("The tests fail with nothing changed, so they would prove nothing.")
            return 1
        results = mutate_all(chosen, Path(folder), options.jobs)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps([asdict(each) for each in results], indent=2) + "\n")
    unknown = [one for each in results for one in each.survivors if not one.why]
    for one in unknown:
        print(f"\n{one.module}:{one.line}\n- {one.old}\n+ {one.new}")
    killed = share(results)
    print(f"\n{killed:.1f} percent killed; {len(unknown)} survived and nobody has said why")
    return 1 if unknown or killed < LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
