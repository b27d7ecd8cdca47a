"""The risk score in words, for headquarters and the region: each sign with its value, its peers and its points."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.core import show
from portal.core.pieces import Proof
from warranty.wording import say


def risk_proof(found: Mapping[str, Any]) -> Proof:
    """The risk score and what made it."""
    detail = _("; ").join([*map(_risk_item, risk_items(found)), *map(_shared, found.get("shared", []))])
    score = found.get("score", 0)
    verdict = "no" if found.get("action", "none") != "none" else "wait" if score else "ok"
    return Proof(verdict, _("Risk"), detail, _("%(score)s of 100") % {"score": score})


def risk_items(found: Mapping[str, Any]) -> list[dict[str, str]]:
    """Each sign of risk with the value found, the peers it was compared with, and its points."""
    return [
        {
            "said": str(say(item["item"])),
            "value": item.get("value", ""),
            "peers": _peers(item["peers"]) if item.get("peers") else "",
            "points": str(item["points"]),
        }
        for item in found.get("items", [])
    ]


def _peers(peers: Mapping[str, str]) -> str:
    facts = {"count": peers["count"], "median": show.quantity(Decimal(peers["median"]))}
    return _("%(count)s stations of the grade, median %(median)s") % facts


def _shared(entry: Mapping[str, str]) -> str:
    return _("“%(picture)s” is a shared picture and does not count: %(reason)s") % entry


def _risk_item(item: Mapping[str, str]) -> str:
    facts = show.listed(text for text in (item["value"], item["peers"]) if text)
    return f"{item['said']}{f' ({facts})' if facts else ''} +{item['points']}"
