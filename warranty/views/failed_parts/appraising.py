"""The appraisal bench: scan, verdict, next piece; then what becomes of it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.core.pages import Column, OperationView
from warranty import appraisal, failed_parts, ruling
from warranty.appraisal_documents import report_facts
from warranty.bench_work import tests_for
from warranty.forms.disposing import DisposeForm
from warranty.forms.failed_parts import AppraiseForm, FindForm, RuleForm
from warranty.models import Appraisal, FailedPart
from warranty.settlement_states import FailedPartStatus
from warranty.views.failed_parts.bench_facts import bench_facts, verdict_rows
from warranty.views.failed_parts.signing import SignedOperation
from warranty.views.papers import PaperPage

SHOWN = 50  # of each list: who has more on the bench scans
TESTS = [
    Column("piece__number", gettext_lazy("Old part"), kind="number", small="line__chargeback__number"),
    Column("piece__part__local_name", gettext_lazy("Part"), small="piece__part__number"),
    Column("piece__station__code", gettext_lazy("Station")),
    Column("asked_at", kind="moment"),
]


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
        if test := tests_for(self.request.user).filter(piece=piece).first():
            return test.get_absolute_url()
        judged = piece.appraisals.filter(appraiser=self.request.user.pk)
        if piece.status != FailedPartStatus.RECEIVED or judged.exists():
            return piece.get_absolute_url()  # which says what it waits for
        appraisal.take_to_bench(piece, actor=self.request.user)
        return reverse("failed_part_appraise", args=[piece.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = FailedPart.objects.visible_to(self.request.user)
        rows = ruling.to_judge(self.request.user).select_related("claim", "part", "station")
        last = self.request.GET.get("last", "")[:40]
        columns = [
            Column("number", kind="number", small="claim__number"),
            Column("part__local_name", _("Part"), small="part__number"),
            Column("station__code", _("Station")),
            Column("amount", kind="money"),
            Column("received_at", kind="moment"),
            Column(ruling.appraise_by, pgettext("bench", "verdict by"), kind="day"),
        ]
        found = list(ruling.half_judged_first(rows)[: 2 * SHOWN])
        judged, waiting = ([piece for piece in found if bool(piece.verdicts) is begun] for begun in (True, False))
        left = len(waiting) if len(found) < 2 * SHOWN else rows.filter(verdicts=0).count()
        tests = tests_for(self.request.user)
        given = mine.half_judged().filter(appraisals__appraiser=self.request.user.pk)
        return super().get_context_data(**kwargs) | {
            "last": Appraisal.objects.filter(failed_part__in=mine.filter(number=last)).order_by("-pk").first()
            if last
            else None,
            "third": [piece for piece in judged if piece.verdicts > 1],
            "second": [piece for piece in judged if piece.verdicts == 1],
            "tests": tests.select_related("piece__part", "piece__station", "line__chargeback")[:SHOWN],
            "test_columns": TESTS,
            "given": given.select_related("claim", "part", "station")[:SHOWN],
            "waiting": waiting[:SHOWN],
            "count": left,
            "columns": columns,
        }


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

    def why_not(self) -> Any:
        """The piece lies on no bench, or this user's verdict is given already."""
        piece = self.get_object()
        if piece.status != FailedPartStatus.RECEIVED:
            status = {"number": piece.number, "status": piece.get_status_display()}
            return _("%(number)s is “%(status)s”: it waits for no verdict.") % status
        if piece.appraisals.filter(appraiser=self.request.user.pk).exists():
            waits = ruling.waiting_verdict(piece)
            return f"{appraisal.JudgedAlready(number=piece.number)} {waits.words if waits else ''}"
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = bench_facts(self.get_object(), self.request.user) | {"verdicts": verdict_rows()}
        return super().get_context_data(**kwargs) | facts


class Rule(OperationView):
    """Between verdicts that differ: what each appraiser found stands beside the other's."""

    model = FailedPart
    permission = "warranty.rule_appraisal"
    form_class = RuleForm
    template_name = "warranty/failed_parts/rule.html"
    intro = gettext_lazy(
        "Your ruling is final: money and recovery follow it. The station reads the verdict, not who differed."
    )
    submit_label = gettext_lazy("Give the ruling")
    success_message = gettext_lazy("The piece has its verdict.")
    select_related = ["claim__product_model", "claim__work_order", "part", "station", "line", "box"]

    def get_title(self) -> str:
        return _("%(number)s: whose verdict holds") % {"number": self.get_object().number}

    def why_not(self) -> str:
        """Nobody waits for a ruling, or not yet."""
        piece = self.get_object()
        why = ruling.why_no_ruling(piece)
        return str(ruling.NoRulingAwaited(number=piece.number, why=why)) if why else ""

    def operate(self, form: Any) -> FailedPart:
        return ruling.rule(self.object, actor=self.request.user, **form.cleaned_data).failed_part

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        piece = self.get_object()
        waits = ruling.waiting_verdict(piece)
        rows = verdict_rows(of=waits.verdicts if waits else ())
        return super().get_context_data(**kwargs) | bench_facts(piece, self.request.user) | {"verdicts": rows}


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
