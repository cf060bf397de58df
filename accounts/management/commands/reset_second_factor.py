"""``manage.py reset_second_factor EMAIL``: lets staff in again who have lost their second factor."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.second_factor import reset_second_factor


class Command(BaseCommand):
    help = (
        "Forgets the authenticator app, passkeys and recovery codes of somebody who has lost them, ends their sessions"
        " and tells them by mail. Make sure first that it is really they who ask. At the desk, managers can do the same"
        " for their colleagues."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email.strip()).first()
        if user is None:
            raise CommandError(f"email: nobody here signs in with {email}", returncode=2)
        if not reset_second_factor(user):
            self.stdout.write(f"{user.name} had no second factor. All sessions are ended.")
            return
        self.stdout.write(
            f"{user.name} has no second factor any more, and all sessions are ended. The desk asks for a new one at the"
            " next sign-in."
        )
