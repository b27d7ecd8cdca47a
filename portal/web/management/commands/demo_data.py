"""manage.py demo_data: the demo network, played through the operations of the product; the same seed, the same network."""

import gc
import json
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from portal.accounts.models import User
from portal.core import clock
from portal.core.registries import demo_chapters
from portal.web.demo import catalog, network, real_data, today, visits, year
from portal.web.demo.story import PASSWORD, Story

FAST = {"server_side_binding": True, "prepare_threshold": 2}


class Command(BaseCommand):
    help = "Load the demo network into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument("--requests", type=int, default=2_000, help="service requests of the year")
        parser.add_argument("--stations", type=int, default=68, help="outlets that apply, at most 68")
        parser.add_argument("--until", type=datetime.fromisoformat, help="the story's last instant, default now")
        parser.add_argument("--with-real-data", action="store_true", help="also import the big real files")

    def handle(self, *_args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("The database is not empty; the demo network is loaded into an empty one only.")
        started = clock.monotonic()
        _make_haste()
        story = Story(
            seed=options["seed"],
            until=options["until"] or clock.now(),
            requests=options["requests"],
            stations=options["stations"],
            password_hash=make_password(PASSWORD),
        )
        try:
            self._tell(story)
            _take_time()
            if options["with_real_data"]:
                self.stdout.write("  real data")
                real_data.tell(story, self.stdout.write)
        finally:
            clock.set(None)
        _keep_logins(story)
        self.stdout.write(f"demo network ready in {clock.monotonic() - started:.0f} s")
        for sentence in story.refused[:20] if options["verbosity"] > 1 else []:
            self.stdout.write(f"  refused: {sentence}")

    def _tell(self, story: Story) -> None:
        say = self.stdout.write
        network.headquarters_first(story)
        say("  catalog")
        catalog.tell(story)
        say("  stations")
        network.tell(story)
        say("  the year")
        year.tell(story)
        visits.tell(story)
        for _order, chapter in demo_chapters:
            chapter(story)
        story.play(say)
        say("  today")
        today.tell(story)


def _make_haste() -> None:
    """A load that is killed is begun anew: commits need not wait for the disk, nor the collector look at what stays.

    Few statements are run very often, on few rows: each is planned once.
    """
    if not connection.in_atomic_block:
        connection.close()
        connection.settings_dict["OPTIONS"] |= FAST
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET plan_cache_mode = force_generic_plan")
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _take_time() -> None:
    """The connection is what it is everywhere else."""
    if not connection.in_atomic_block:
        connection.close()
        for option in FAST:
            connection.settings_dict["OPTIONS"].pop(option)


def _keep_logins(story: Story) -> None:
    from django.conf import settings

    path = settings.VAR_DIR / "demo_logins.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"password": PASSWORD, "logins": story.logins}, ensure_ascii=False))
