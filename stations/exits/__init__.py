"""The exit checklist of a station that has left: kinds that apps register, items, completion. Source: rules.md 3.10."""

from stations.exits.deciding import (
    ItemsPending,
    ItemStillOpen,
    WaiverUnexplained,
    complete_exit,
    confirm_item,
    items_with_kinds,
    label_of,
    look,
    open_exit,
    settle_exits,
    settle_found,
    statement_hold,
    waive_item,
)
from stations.exits.registry import ExitKind, Finding, exit_kind, exit_kinds, kind_of

__all__ = [
    "ExitKind",
    "Finding",
    "ItemStillOpen",
    "ItemsPending",
    "WaiverUnexplained",
    "complete_exit",
    "confirm_item",
    "exit_kind",
    "exit_kinds",
    "items_with_kinds",
    "kind_of",
    "label_of",
    "look",
    "open_exit",
    "settle_exits",
    "settle_found",
    "statement_hold",
    "waive_item",
]
