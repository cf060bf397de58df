"""What the repository promises about itself, beyond what linters check."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.services import PYTHON, ROOT

#: The pages of the documentation. ``make docs`` checks that its navigation reaches all of them.
PAGES = sorted((ROOT / "docs").rglob("*.md"))


def test_the_example_environment_lists_every_setting() -> None:
    settings = (ROOT / "config/settings.py").read_text()
    read = set(re.findall(r'env(?:iron)?(?:\.\w+\(|\[)\s*"([A-Z_]+)"', settings)) - {
        "WAYMARK_OFFLINE"
    }
    compose = (ROOT / "docker-compose.yml").read_text()
    wanted = read | set(re.findall(r"\$\{([A-Z_]+)", compose))
    listed = set(
        re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )
    assert wanted - listed == set()
    # Anymail's are read by their prefix, whatever the provider.
    assert {name for name in listed - wanted if not name.startswith("ANYMAIL_")} == set()


def test_what_a_clinic_sets_reaches_every_container_of_the_app() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    shared, _, services = text.partition("\nservices:\n")
    assert "\n  env_file: ${ENV_FILE:-.env}\n" in shared
    for name in ("migrate", "web", "worker", "beat"):
        assert f"\n  {name}:\n    <<: *app\n" in services
    # None of them has settings of its own instead of those that are shared.
    assert services.count("environment:") == len(["proxy", "postgres"])
    # podman-compose of Debian 12 passes on an empty default literally.
    assert ":-}" not in text


def test_no_file_holds_the_marks_of_a_merge() -> None:
    found = subprocess.run(
        ["git", "grep", "-lE", "^(<{7} |>{7} )"], cwd=ROOT, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert found.stdout == ""


@pytest.mark.slow
def test_what_the_image_holds_is_all_that_the_app_needs(tmp_path: Path) -> None:
    """Runs Waymark from a folder with only what ``.dockerignore`` lets into the image:
    a missing package is noticed here, not when a clinic builds the image."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    for name in (line[1:].rstrip("/") for line in lines if line.startswith("!")):
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        elif (ROOT / name).is_file():
            shutil.copy(ROOT / name, tmp_path / name)
    code = """
import importlib, pathlib, django
django.setup()
for file in sorted(pathlib.Path().glob("[acow]*/**/*.py")):
    importlib.import_module(".".join(file.with_suffix("").parts).removesuffix(".__init__"))
"""
    run = subprocess.run(
        [PYTHON, "-c", code],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENV_FILE": "/dev/null",
            "DATABASE_URL": "sqlite:///:memory:",
            "SITE_URL": "https://walk.clinic.example",
            "ALLOWED_HOSTS": "walk.clinic.example",
            "EMAIL_URL": "smtp://mail.clinic.example",
            "SECRET_KEY": "images-7Kq2vXz9RmT4bW8nLc3JdY6hFs1GpA5eUoQi0kBxVtNyMw",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-prod.lock"])
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--index-url" not in text
    requirements = [
        line for line in text.replace("\\\n", "").splitlines() if not line.startswith("#")
    ]
    assert requirements
    assert [line for line in requirements if "==" not in line or "--hash=sha256:" not in line] == []


def test_production_runs_what_was_tested() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+==[^\s;]+)", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements-prod.lock") < pins("requirements.lock")


def test_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    shown = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"^  make (\S+)", shown, re.MULTILINE)) == targets


def test_the_table_of_accessibility_names_tests_that_are_there() -> None:
    table = (ROOT / "docs/accessibility.md").read_text()
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", table))
    assert len(named) > 20
    missing = {
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file() or f"def {name}(" not in (ROOT / path).read_text()
    }
    assert missing == set()


def test_the_table_of_accessibility_has_every_criterion_of_a_and_aa() -> None:
    table = (ROOT / "docs/accessibility.md").read_text()
    rows = re.findall(
        r"^\| (\d\.\d\.\d+) [^|]+ \| (A{1,2}) \| (met|n/a) \| [^|]+ \|$", table, re.MULTILINE
    )
    assert len({number for number, _level, _state in rows}) == len(rows) == 55
    assert sum(level == "A" for _number, level, _state in rows) == 31


def test_the_documents_show_pictures_and_name_files_that_are_there() -> None:
    documents = [*sorted(ROOT.glob("*.md")), *PAGES]
    missing = {
        f"{document.name}: {path}"
        for document in documents
        for path in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", document.read_text())
        if not (document.parent / path).exists()
    }
    assert missing == set()


def test_the_readme_links_every_page_of_the_documentation() -> None:
    linked = set(re.findall(r"\]\((docs/[^)#\s]+\.md)", (ROOT / "README.md").read_text()))
    assert linked == {str(page.relative_to(ROOT)) for page in PAGES}


@pytest.mark.slow
def test_the_documentation_is_not_built_with_lost_pages_or_dead_links(tmp_path: Path) -> None:
    """Runs the command of ``make docs`` on a copy with faults: with some options it would only warn."""
    command = re.search(
        r"^docs:.*\n\t@(.*?)(?: #.*)?$", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
    assert command is not None
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("screenshots"))
    (tmp_path / "docs" / "lost.md").write_text("# Lost\n")
    with (tmp_path / "docs" / "index.md").open("a") as index:
        index.write(
            "\n[page](not-there.md) [section](running.md#not-there) [picture](not-there.png)\n"
        )
    run = subprocess.run(
        [ROOT / command[1].split()[0], *command[1].split()[1:]],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode != 0
    for fault in ("lost.md", "'not-there.md'", "'#not-there'", "'not-there.png'"):
        assert fault in run.stderr
