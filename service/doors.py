"""What upper apps say on the page of a job: what may be done before the work, and what follows it. Filled in ready()."""

from collections.abc import Callable, Iterable
from typing import Any

from portal.core.pieces import Action, NextStep

type AfterJob = Callable[[Any, Any], NextStep | None]
_providers: list[AfterJob] = []


type WhileOpen = Callable[[Any], list[Action]]
_acts: list[WhileOpen] = []


def while_open(provider: WhileOpen) -> None:
    """`provider(work_order)` answers what may be done about a job before its work, as buttons. Called in ready()."""
    if provider not in _acts:
        _acts.append(provider)


def acts_before(work_order: Any) -> list[Action]:
    """The buttons of all upper apps; each is shown to whom its permission allows it."""
    return [act for provider in _acts for act in provider(work_order)]


type NoteOnUnit = Callable[[Any], Iterable[str]]
_notes: list[NoteOnUnit] = []


def note_on_unit(provider: NoteOnUnit) -> None:
    """`provider(unit)` answers sentences for who opens a job or request for the unit. Called in ready()."""
    if provider not in _notes:
        _notes.append(provider)


def notes_on(unit: Any) -> list[str]:
    """The sentences of all upper apps; none without a unit."""
    return [text for provider in _notes for text in provider(unit)] if unit is not None else []


def after_job(provider: AfterJob) -> None:
    """`provider(work_order, user)` answers what follows a completed job for this reader, or None."""
    if provider not in _providers:
        _providers.append(provider)


def step_after(work_order: Any, user: Any) -> NextStep | None:
    """The first answer of the upper apps."""
    found = (provider(work_order, user) for provider in _providers)
    return next((step for step in found if step is not None), None)
