"""Words for what is no model choice: acts of the custody log, payers, dispositions; and the messages of settlement."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.registries import Wording
from portal.core.show import money

ACTS = {
    "requested": _("Asked for"),
    "tagged": _("Tagged"),
    "packed": _("Packed"),
    "taken_out": _("Taken out of the box"),
    "shipped": _("Shipped"),
    "received": _("Received"),
    "scan_taken_back": _("Scan taken back"),
    "receipt_signed": _("Receipt signed"),
    "witnessed": _("Witnessed"),
    "taken_over": _("Taken over for appraisal"),
    "appraised": _("Appraised"),
    "tested_again": _("Tested again"),
    "held": _("Kept for now"),
    "dispositioned": _("Closed"),
    "release_signed": _("Hand-over signed"),
    "sent_on": _("Sent on"),
    "handed_over": _("Handed over to the receiver"),
    "waived": _("Waived"),
    "lost": _("Lost"),
}
PLACES = {
    "factory": pgettext_lazy("place", "Factory"),
    "bench": _("Appraisal bench"),
}
SIGNED = {
    "shipping": _("Handed to the carrier"),
    "receipt": _("Received by the factory"),
    "release": _("Handed over by the factory"),
    "hand_over": _("Handed over to the receiver"),
    "witness": _("Seen as scrapped"),
}
PAYERS = {
    "supplier": _("the supplier pays"),
    "factory": _("we pay"),
    "carrier": _("the carrier pays"),
    "station": _("the station pays"),
    "customer": _("the customer pays"),
}
DISPOSITIONS = {
    "scrap": _("Scrap"),
    "to_supplier": _("Send to the supplier"),
    "to_station": _("Send back to the station"),
    "refurbish": _("Refurbish"),
    "hold": _("Keep for now"),
}
DISPOSITION_ACTS = {  # what the button says
    "scrap": _("Scrap the piece"),
    "to_supplier": _("Set aside for the supplier"),
    "to_station": _("Set aside for the station"),
    "refurbish": _("Put it on the shelf as refurbished"),
    "hold": _("Keep it until then"),
}


def _to_return(facts: Mapping[str, Any]) -> str:
    text = ngettext(
        "%(count)s old part to return for %(claim)s", "%(count)s old parts to return for %(claim)s", facts["count"]
    )
    return text % facts


def _discrepancy(facts: Mapping[str, Any]) -> str:
    text = ngettext(
        "Box %(number)s differs from its list in %(count)s piece: read the note",
        "Box %(number)s differs from its list in %(count)s pieces: read the note",
        facts["count"],
    )
    return text % facts


def _alarm(facts: Mapping[str, Any]) -> str:
    supplier = (get_language() == "en" and facts.get("supplier_en")) or facts.get("supplier")
    if "supplier" not in facts:
        return _("%(number)s: name the supplier and give it notice by %(day)s") % facts
    return _("%(number)s: notice to %(supplier)s by %(day)s") % {**facts, "supplier": supplier}


def _shipped(facts: Mapping[str, Any]) -> str:
    text = ngettext(
        "%(count)s old part is on its way to you: %(carrier)s %(waybill)s",
        "%(count)s old parts are on their way to you: %(carrier)s %(waybill)s",
        facts["count"],
    )
    return text % facts


def _replied(facts: Mapping[str, Any]) -> str:
    supplier = (get_language() == "en" and facts.get("supplier_en")) or facts["supplier"]
    return _("%(supplier)s filed an 8D reply to note %(number)s") % {**facts, "supplier": supplier}


def _answered_again(facts: Mapping[str, Any]) -> str:
    supplier = (get_language() == "en" and facts.get("supplier_en")) or facts["supplier"]
    text = ngettext(
        "%(supplier)s has answered %(count)s denied line of note %(number)s",
        "%(supplier)s has answered %(count)s denied lines of note %(number)s",
        facts["count"],
    )
    return text % {**facts, "supplier": supplier}


def _doubted(facts: Mapping[str, Any]) -> str:
    supplier = (get_language() == "en" and facts.get("supplier_en")) or facts["supplier"]
    text = _("%(supplier)s had accepted ¥%(amount)s of note %(number)s before a further test cleared it: decide")
    return text % {**facts, "supplier": supplier}


def _credited(facts: Mapping[str, Any]) -> str:
    said = {**facts, "amount": money(Decimal(facts["amount"])), "back": money(Decimal(facts["owed_back"]))}
    if not Decimal(facts["owed_back"]):
        return _("Credit note %(credit_note)s over %(amount)s for note %(number)s") % said
    return _("Credit note %(credit_note)s over %(amount)s for note %(number)s: %(back)s is owed back to you") % said


def _in_favor(facts: Mapping[str, Any]) -> str:
    text = ngettext(
        "Your dispute of %(count)s line of note %(number)s was decided in your favor: you do not owe %(amount)s",
        "Your dispute of %(count)s lines of note %(number)s was decided in your favor: you do not owe %(amount)s",
        facts["count"],
    )
    return text % {**facts, "amount": money(Decimal(facts["amount"]))}


def _denied(facts: Mapping[str, Any]) -> str:
    if "position" in facts:
        return _("Your dispute of line %(position)s of note %(number)s was denied: answer by %(day)s") % facts
    text = ngettext(
        "Your dispute of %(count)s line of note %(number)s was denied: answer by %(day)s",
        "Your dispute of %(count)s lines of note %(number)s was denied: answer by %(day)s",
        facts["count"],
    )
    return text % facts


def _conceded(facts: Mapping[str, Any]) -> str:
    text = ngettext(
        "Note %(number)s: headquarters noted that you accept ¥%(amount)s of %(count)s line after all; object if you do not",
        "Note %(number)s: headquarters noted that you accept ¥%(amount)s of %(count)s lines after all; object if you do not",
        facts["count"],
    )
    return text % facts


def _witnessed(facts: Mapping[str, Any]) -> str:
    text = _(
        "%(by)s scrapped old part %(number)s on %(day)s and named you as a witness: object at once if you were not there"
    )
    return text % facts


def _disputed(facts: Mapping[str, Any]) -> str:
    text = ngettext(
        "%(station)s disputes %(count)s line of statement %(number)s",
        "%(station)s disputes %(count)s lines of statement %(number)s",
        facts["count"],
    )
    return text % facts


def _proposed(facts: Mapping[str, Any]) -> str:
    text = ngettext(
        "%(count)s note to a supplier for %(month)s waits to be looked through and sent",
        "%(count)s notes to suppliers for %(month)s wait to be looked through and sent",
        facts["count"],
    )
    return text % facts


NOTICES: dict[str, Wording] = {
    "failedpart.requested": _to_return,
    "failedpart.extended": _("%(number)s has more time: it must arrive by %(day)s"),
    "failedpart.extension_refused": _("%(number)s has no more time, it must arrive by %(day)s: %(reason)s"),
    "partbox.discrepancy": _discrepancy,
    "failedpart.verdicts_differ": _("%(number)s: two appraisers differ, your verdict decides"),
    "failedpart.ruling_needed": _("%(number)s: no other appraiser is free, decide its verdict"),
    "failedpart.ruling_later": _(
        "%(number)s: two appraisers differ; without a third verdict you decide from %(day)s on"
    ),
    "failedpart.due": _("%(number)s must arrive by %(day)s"),
    "recoverycase.alarm": _alarm,
    "statement.issued": _("Statement %(number)s over ¥%(gross)s: answer by %(day)s"),
    "statement.due": _("Statement %(number)s over ¥%(gross)s: without an answer it is confirmed on %(day)s"),
    "statement.disputed": _disputed,
    "chargeback.proposed": _proposed,
    "chargeback.reply_filed": _replied,
    "chargeback.credited": _credited,
    "chargeback.dispute_denied": _denied,
    "chargeback.dispute_resolved": _in_favor,
    "chargeback.answered_again": _answered_again,
    "chargeback.conceded": _conceded,
    "statement.tested_again": _(
        "Claim %(claim)s: after a further test of its old part ¥%(amount)s of line %(position)s will stand"
        " on your statement of %(month)s"
    ),
    "failedpart.witnessed": _witnessed,
    "chargeback.doubted": _doubted,
    "pieceshipment.sent": _shipped,
    "chargeback.sent": _("Note %(number)s over ¥%(claimed)s: answer by %(day)s"),
}
