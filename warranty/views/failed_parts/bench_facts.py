"""What every page of the bench shows of a piece: its claim, pictures, history, log, what was found before, the nine verdicts."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.attachments import attachments_of
from portal.core.pages import Column
from warranty import photos
from warranty.disposing import BENCH_PHOTO
from warranty.failed_parts_rules import VERDICTS, VerdictMeaning
from warranty.models import Appraisal, FailedPart, Verdict, WarrantyClaim
from warranty.settlement_words import PAYERS

CLAIM_COLUMNS: Final = [
    Column("number", kind="number"),
    Column("status", kind="badge"),
    Column("failed_on", kind="day"),
    Column("complaint"),
]
PAID, REFUSED = ("good", _("paid")), ("bad", _("refused"))
STANDS = ("bad", pgettext_lazy("further test", "the charge stands"))
STATION_BEARS = ("bad", pgettext_lazy("further test", "the station bears it"))
GIVEN_UP = ("wait", pgettext_lazy("further test", "the charge is given up"))
OF_DISPUTE: Final[Mapping[str, tuple[str, Any]]] = {"supplier": STANDS, "station": STATION_BEARS}


def effect_on_claim(meaning: VerdictMeaning) -> tuple[str, Any]:
    """Tone and words of what a first verdict does to the station's line."""
    return PAID if meaning.accepts else REFUSED


def effect_on_dispute(meaning: VerdictMeaning) -> tuple[str, Any]:
    """Tone and words of what a verdict does to the line that its supplier disputes."""
    return OF_DISPUTE.get(meaning.payer, GIVEN_UP)


def verdict_rows(effect: Any = effect_on_claim, *, of: Iterable[str] = tuple(Verdict.values)) -> list[dict[str, Any]]:
    """Verdicts by the keys of the bench, each with who pays in the end and what it does. of: those that may be chosen."""
    chosen, rows = set(of), []
    for key, (value, label) in enumerate(Verdict.choices, start=1):
        tone, text = effect(VERDICTS[value])
        row = {"key": key, "value": value, "label": label, "tone": tone, "effect": text}
        rows.append(row | {"accepts": VERDICTS[value].accepts, "payer": PAYERS[VERDICTS[value].payer]})
    return [row for row in rows if row["value"] in chosen]


def with_pictures(piece: FailedPart, appraisals: Iterable[Appraisal]) -> list[Appraisal]:
    """The appraisals, each with the `pictures` that its appraiser took."""
    given = list(appraisals)
    kept = {each.pk: each for each in attachments_of(piece, BENCH_PHOTO)} if given else {}
    for each in given:
        each.pictures = [kept[photo["id"]] for photo in each.photos if photo["id"] in kept]  # type: ignore[attr-defined]
    return given


def earlier_claims(piece: FailedPart, user: Any) -> Any:
    """Other claims of the unit the piece came out of, latest first."""
    claims = WarrantyClaim.objects.visible_to(user).filter(serial_number=piece.claim.serial_number)
    return claims.exclude(pk=piece.claim_id).exclude(number="").order_by("-failed_on", "-pk")


def earlier_verdicts(piece: FailedPart, user: Any) -> Any:
    """Final verdicts on other pieces of the same part, latest first."""
    rows = Appraisal.objects.visible_to(user).filter(is_final=True, failed_part__part=piece.part_id)
    return rows.exclude(failed_part=piece.pk).select_related("failed_part__station").order_by("-at", "-pk")


def bench_facts(piece: FailedPart, user: Any) -> dict[str, Any]:
    """What the page shows beside its form."""
    return {
        "piece": piece,
        "photos": photos.photos_of(piece.claim),
        "same_unit": earlier_claims(piece, user)[:5],
        "claim_columns": CLAIM_COLUMNS,
        "same_part": earlier_verdicts(piece, user)[:5],
        "custody": piece.custody.order_by("sequence"),
        "given": with_pictures(piece, piece.appraisals.select_related("appraiser").order_by("pk")),
    }
