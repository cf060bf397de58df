"""Read and check what the app answers."""

from __future__ import annotations

import io
import json
import time
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext


def just_signed_in(client: Client) -> Client:
    """Make the session look as if the patient had just given their password."""
    session = client.session
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    return client


def my_data(client: Client) -> dict[str, Any]:
    """Return the contents of the patient's download of their own data."""
    response = just_signed_in(client).get("/settings/my-data.zip")
    assert response.status_code == 200
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        data: dict[str, Any] = json.loads(file.read("my-data.json"))
    return data


def path_of(url: str) -> str:
    """Return a link from an email as a path for the test client."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def text(response: HttpResponse) -> str:
    """Return the text of the main part of a page, on one line."""
    main = soup(response).find("main") or soup(response)
    return " ".join(main.get_text(" ").split())


def words(response: HttpResponse) -> str:
    """Return all the text of a page, including the menu, on one line."""
    return " ".join(soup(response).get_text(" ").split())


def form_of(response: HttpResponse, action: str = "") -> dict[str, str]:
    """Return the fields of a form as a browser would send them without changes."""
    forms = soup(response).find_all("form", method="post")
    form = next(each for each in forms if each.get("action", "").startswith(action))
    data = {}
    for box in form.find_all(["input", "select", "textarea"]):
        if box.name == "select":
            chosen = box.find("option", selected=True) or box.find("option")
            data[box["name"]] = chosen["value"] if chosen else ""
        elif box.get("type") not in {"radio", "checkbox"} or box.has_attr("checked"):
            data[box["name"]] = box.get("value", "on" if box.get("type") == "checkbox" else "")
    data.pop("csrfmiddlewaretoken", None)
    return data


def tampered(path: str) -> str:
    """Return the same link with one character of its signature changed."""
    position = path.rstrip("/").rfind(".") + 5
    other = "A" if path[position] != "A" else "B"
    return path[:position] + other + path[position + 1 :]


def assert_private(response: HttpResponse) -> None:
    """Assert: not cached, not passed on to other sites, not found by search engines, and no one is signed in."""
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert "noindex" in response["X-Robots-Tag"]
    assert "sessionid" not in response.cookies


def new_id() -> str:
    return str(uuid.uuid4())


@contextmanager
def at_most(number: int) -> Iterator[None]:
    """Assert at most ``number`` database queries in the block."""
    with CaptureQueriesContext(connection) as found:
        yield
    listed = "\n".join(query["sql"] for query in found.captured_queries)
    assert len(found) <= number, f"{len(found)} queries:\n{listed}"
