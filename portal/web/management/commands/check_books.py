"""manage.py check_books: every violated invariant of ledgers, claims and documents, one line each; exit 1 on any."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.core.registries import books_checks
from portal.core.transactions import acting


class Command(BaseCommand):
    help = "Print every violated invariant; exit status 1 if there is any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", action="append", choices=sorted(books_checks), help="run only this check")

    def handle(self, *_args: Any, **options: Any) -> None:
        violations = 0
        for name, check in sorted(books_checks.items()):
            if options["only"] and name not in options["only"]:
                continue
            with acting(None, request_id=f"check_books:{name}"):
                found = list(check())
            violations += len(found)
            self.stdout.write(f"{name}: {len(found) or 'clean'}")
            for sentence in found:
                self.stdout.write(f"  {sentence}")
        if violations:
            raise SystemExit(1)
