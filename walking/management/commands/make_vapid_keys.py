"""Make the key that reminders on the patients' devices are signed with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from walking.push.keys import new_private_key, public_key


class Command(BaseCommand):
    help = (
        "Make a key pair for web push and print the line for .env. Nothing is stored. With a new key, every device"
        " has to be set up again."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        private = new_private_key()
        self.stdout.write(f"# The public key, which browsers are given, is {public_key(private)}")
        self.stdout.write(f"VAPID_PRIVATE_KEY={private}")
