"""Compile our translations without gettext's tools."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.provisioning import compile_catalogs


class Command(BaseCommand):
    help = "Compile every .po under locale/ to its .mo; needs no gettext."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile what is older than its source."""
        self.stdout.write(f"{compile_catalogs()} compiled")
