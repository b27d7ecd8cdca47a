"""manage.py draw_states: the tables of moves as diagrams under docs/states, one file an app; --check only compares."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import override

from portal.core.states import MovesGuard

FOLDER = Path(settings.BASE_DIR) / "docs" / "states"


class Command(BaseCommand):
    help = "Draw the states of every document, as the tables of moves have them, under docs/states."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check changes nothing and fails where a file differs from its tables."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Write or compare."""
        wanted = {f"{label}.md": "\n".join(_page(label)) for label in _apps()}
        present = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
        if wanted == present:
            return
        if check:
            differing = sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))
            raise CommandError(f"docs/states is not what the tables say, run draw_states: {', '.join(differing)}")
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in present.keys() - wanted.keys():
            (FOLDER / name).unlink()
        for name, text in wanted.items():
            (FOLDER / name).write_text(text, encoding="utf-8")


def _apps() -> list[str]:
    return sorted({model._meta.app_label for model in apps.get_models() if hasattr(model, "MOVES")})


def _page(label: str) -> Iterator[str]:
    yield f"# {_say(apps.get_app_config(label).verbose_name, ' · ')}"
    yield ""
    yield "Drawn from the tables of moves in `states.py` by `manage.py draw_states`; the database refuses every other move."
    for model in sorted(apps.get_app_config(label).get_models(), key=lambda each: each.__name__):
        if hasattr(model, "MOVES"):
            yield from _diagram(model)
    yield ""


def _diagram(model: type[models.Model]) -> Iterator[str]:
    (guard,) = [trigger for trigger in model._meta.triggers if isinstance(trigger, MovesGuard)]  # type: ignore[attr-defined]
    moves = {str(before): {str(after) for after in targets} for before, targets in model.MOVES.items()}  # type: ignore[attr-defined]
    states = {str(value): name for value, name in model._meta.get_field("status").flatchoices}  # type: ignore[union-attr]
    yield from ("", f"## {_say(model._meta.verbose_name, ' · ')}", "", "```mermaid", "stateDiagram-v2")
    for state, name in states.items():
        yield f'    state "{_say(name, "<br>")}" as {state}'
    yield f"    [*] --> {guard.initial}"
    for before in states:
        yield from (f"    {before} --> {after}" for after in states if after in moves.get(before, ()))
    yield from (f"    {state} --> [*]" for state in states if not moves.get(state))
    yield "```"


def _say(name: Any, between: str) -> str:
    """Both languages; the text itself is English."""
    with override("zh-hans"):
        chinese = str(name)
    with override("en"):
        return f"{capfirst(str(name))}{between}{chinese}"
