"""Connections to push services: to the public internet only, wherever a name leads."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from django.conf import settings
from requests import Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import NewConnectionError

from walking.push.endpoint import is_public


class NotPublic(Exception):  # noqa: N818
    """The name leads to an address that is not on the public internet."""


class PushSession(Session):
    """Connects to public addresses only, ignores proxies in the environment, and follows no redirect."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        if not settings.PUSH_PRIVATE_HOSTS:
            self.adapters.clear()
            self.mount("https://", _PublicAdapter())

    def get_redirect_target(self, resp: Any) -> str | None:
        return None


class _PublicConnection(HTTPSConnection):
    """Checks the address actually connected to: a name may resolve differently the second time."""

    def _new_conn(self) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise NewConnectionError(self, f"the name is unknown: {error}") from error
        addresses = [entry[4] for entry in found]
        if not all(is_public(ipaddress.ip_address(str(each[0]))) for each in addresses):
            raise NotPublic(self.host)
        timeout = self.timeout if isinstance(self.timeout, int | float) else None
        last: OSError | None = None
        for address in addresses:
            try:
                return socket.create_connection((str(address[0]), int(address[1])), timeout)
            except OSError as error:
                last = error
        raise NewConnectionError(self, f"no connection: {last}") from last


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}
