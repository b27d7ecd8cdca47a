"""manage.py network_defaults: the required papers and the inspection template a new installation begins with."""

from typing import Any

from django.core.management.base import BaseCommand

from stations.reference import load_defaults


class Command(BaseCommand):
    help = "Make the usual required papers and inspection template where there are none."

    def handle(self, *args: Any, **options: Any) -> None:
        load_defaults()
