#!/usr/bin/env python
"""Waymark's command line."""

import os
import sys

#: Commands that sign nothing, serve nobody and touch no records run without a configured clinic.
OFFLINE = {
    "simulate",
    "collectstatic",
    "compilemessages",
    "makemessages",
    "makemigrations",
    "help",
    "version",
    "--version",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) < 2 or sys.argv[1] in OFFLINE or {"--help", "-h"} & set(sys.argv):
        os.environ.setdefault("WAYMARK_OFFLINE", "1")

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from operations.log_context import new_id, telling

    try:
        with telling(command=(sys.argv[1:] or ["help"])[0], command_id=new_id()):
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"Waymark cannot start: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
