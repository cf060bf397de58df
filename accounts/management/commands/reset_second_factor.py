"""``manage.py reset_second_factor EMAIL``: reset two-step verification of staff who have lost it."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.second_factor import reset_second_factor


class Command(BaseCommand):
    help = (
        "Delete the authenticator app, passkeys and recovery codes of someone who has lost them, end their sessions"
        " and notify them by email. First make sure that the request is really from them. Managers can do the same"
        " for their colleagues on the staff pages."
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
