"""The appraisal bench: scan, verdict, next piece; then what becomes of it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.pages import Column, OperationView
from warranty import appraisal, failed_parts, photos
from warranty.appraisal_documents import report_facts
from warranty.failed_parts_rules import VERDICTS
from warranty.forms.disposing import DisposeForm
from warranty.forms.failed_parts import AppraiseForm, FindForm
from warranty.models import Appraisal, FailedPart, Verdict, WarrantyClaim
from warranty.settlement_states import FailedPartStatus
from warranty.settlement_words import PAYERS
from warranty.views.failed_parts.signing import SignedOperation
from warranty.views.papers import PaperPage


class Bench(OperationView):
    """Scan first: the bench shows what lies longest and finds a piece by its tag."""

    permission = "warranty.appraise_failedpart"
    title = gettext_lazy("Appraisal bench")
    form_class = FindForm
    template_name = "warranty/failed_parts/bench.html"
    submit_label = gettext_lazy("Find")

    def get_cancel_url(self) -> str:
        return reverse("failed_part_list")

    def operate(self, form: Any) -> str:
        piece = failed_parts.find_piece(form.cleaned_data["scanned"])
        if piece.status != FailedPartStatus.RECEIVED:
            return piece.get_absolute_url()
        appraisal.take_to_bench(piece, actor=self.request.user)
        return reverse("failed_part_appraise", args=[piece.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = FailedPart.objects.visible_to(self.request.user)
        rows = mine.to_appraise()
        last = self.request.GET.get("last", "")[:40]
        columns = [
            Column("number", kind="number", small="claim__number"),
            Column("part__local_name", _("Part"), small="part__number"),
            Column("station__code", _("Station")),
            Column("amount", kind="money"),
            Column("received_at", kind="moment"),
        ]
        waiting = rows.select_related("claim", "part", "station")
        second = waiting.filter(appraisals__isnull=False).exclude(appraisals__appraiser=self.request.user.pk).distinct()
        return super().get_context_data(**kwargs) | {
            "last": Appraisal.objects.filter(failed_part__in=mine.filter(number=last)).order_by("-pk").first()
            if last
            else None,
            "second": second[:50],
            "waiting": waiting[:50],
            "count": waiting.count(),
            "columns": columns,
        }


CLAIM_COLUMNS = [
    Column("number", kind="number"),
    Column("status", kind="badge"),
    Column("failed_on", kind="day"),
    Column("complaint"),
]


def earlier_claims(piece: FailedPart, user: Any) -> Any:
    """Other claims of the unit the piece came out of, latest first."""
    claims = WarrantyClaim.objects.visible_to(user).filter(serial_number=piece.claim.serial_number)
    return claims.exclude(pk=piece.claim_id).exclude(number="").order_by("-failed_on", "-pk")


def earlier_verdicts(piece: FailedPart, user: Any) -> Any:
    """Final verdicts on other pieces of the same part, latest first."""
    rows = Appraisal.objects.visible_to(user).filter(is_final=True, failed_part__part=piece.part_id)
    return rows.select_related("failed_part__station").order_by("-at", "-pk")


class Appraise(OperationView):
    """One piece, its tests, nine verdicts, then the scan field for the next."""

    model = FailedPart
    permission = "warranty.appraise_failedpart"
    form_class = AppraiseForm
    template_name = "warranty/failed_parts/appraise.html"
    submit_label = gettext_lazy("Verdict, next piece")
    select_related = ["claim__product_model", "claim__work_order", "part", "station", "line", "box"]

    def get_title(self) -> str:
        return str(self.get_object().number)

    def get_cancel_url(self) -> str:
        return reverse("failed_part_bench")

    def operate(self, form: Any) -> str:
        appraisal.appraise(self.object, actor=self.request.user, **form.appraisal())
        return f"{reverse('failed_part_bench')}?last={self.object.number}"  # the next piece is the one in the hand

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        piece = self.get_object()
        meanings = [
            {
                "key": key,
                "value": value,
                "label": label,
                "accepts": VERDICTS[value].accepts,
                "payer": PAYERS[VERDICTS[value].payer],
            }
            for key, (value, label) in enumerate(Verdict.choices, start=1)
        ]
        return super().get_context_data(**kwargs) | {
            "piece": piece,
            "verdicts": meanings,
            "photos": photos.photos_of(piece.claim),
            "same_unit": earlier_claims(piece, self.request.user)[:5],
            "claim_columns": CLAIM_COLUMNS,
            "same_part": earlier_verdicts(piece, self.request.user)[:5],
            "custody": piece.custody.order_by("sequence"),
            "earlier": piece.appraisals.select_related("appraiser").order_by("pk"),
        }


class AppraisalPdf(PaperPage):
    """The report as of the final verdict; before that as a draft."""

    model = FailedPart
    permission = "warranty.view_failedpart"
    kind = "appraisal_report"
    draft_facts = staticmethod(report_facts)


class Dispose(SignedOperation):
    """The piece's way ends."""

    model = FailedPart
    select_related = ["part"]
    permission = "warranty.dispose_failedpart"
    title = gettext_lazy("Disposition")
    form_class = DisposeForm
    template_name = "warranty/failed_parts/dispose.html"
    submit_label = gettext_lazy("Do it")

    def get_subtitle(self) -> str:
        piece = self.object
        return f"{piece.number} · {piece.part.number} {piece.part.local_name}"

    def operate(self, form: Any) -> FailedPart:
        return appraisal.dispose(self.object, actor=self.request.user, **form.given())
