"""Pages of recovery: open cases, the supplier of a case, the figures."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.core import clock, show
from portal.core.pages import Action, Column, OperationView, ScopedListView, ScopedPage, Stat
from portal.core.show import money, percent
from warranty import recovery
from warranty.forms.settlement import AssignForm
from warranty.models import RecoveryCase, Verdict
from warranty.settlement_queries import recovery_picture
from warranty.settlement_states import RecoveryStatus

VERDICT_WORDS = dict(Verdict.choices)


def closed_because(case: RecoveryCase) -> str:
    """The stored reason, with verdict codes in words."""
    words = [str(VERDICT_WORDS.get(each, each)) for each in case.close_reason.split(", ")]
    return show.listed(words)


class RecoveryList(ScopedListView):
    """Rights to charge, the nearest notice day first."""

    model = RecoveryCase
    permission = "warranty.view_recoverycase"
    export_permission = "warranty.export_lists"
    title = gettext_lazy("Recovery cases")
    columns = [
        Column("number"),
        Column("status", kind="badge"),
        Column("part__local_name", gettext_lazy("Part"), small="part__number"),
        Column("supplier__local_name", gettext_lazy("Supplier"), small="supplier__code"),
        Column("expected", kind="money"),
        Column("last_day", kind="day", sort="last_day"),
        Column(lambda row: closed_because(row), gettext_lazy("Why it was closed"), on_phone=False),
    ]
    search_fields = ["number", "part__number", "part__name", "supplier__name", "supplier__code"]
    chips = "status"
    select_related = ["part", "supplier", "claim"]
    ordering = ["-pk"]
    empty_text = gettext_lazy("No case yet.")
    template_name = "warranty/chargebacks/cases.html"

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("New note"), reverse("chargeback_batch"), "warranty.batch_chargeback", "primary"),
            Action(_("Figures"), reverse("recovery_figures"), "warranty.view_recovery_figures"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unassigned = RecoveryCase.objects.visible_to(self.request.user).filter(status=RecoveryStatus.UNASSIGNED)
        return super().get_context_data(**kwargs) | {"unassigned": unassigned.select_related("part", "claim")[:20]}


class AssignSupplier(OperationView):
    """Which of several suppliers it was."""

    model = RecoveryCase
    permission = "warranty.assign_recoverycase"
    title = gettext_lazy("Name the supplier")
    form_class = AssignForm
    select_related = ["claim", "part"]

    def get_cancel_url(self) -> str:
        return reverse("recovery_list")

    def operate(self, form: Any) -> str:
        if self.object is None:
            raise Http404
        recovery.assign_supplier(self.object, form.cleaned_data["supplier"], actor=self.request.user)
        return self.get_cancel_url()


def share_of(part: Decimal, whole: Decimal) -> str:
    """A part as percent of the whole; – of nothing."""
    return percent(round(100 * part / whole, 1)) if whole else "–"


class RecoveryFiguresPage(ScopedPage):
    """From what stations were paid to what suppliers paid."""

    template_name = "warranty/chargebacks/figures.html"
    permission = "warranty.view_recovery_figures"
    title = gettext_lazy("Supplier recovery")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        picture = recovery_picture(clock.today())
        figures = picture.figures
        levels = [
            (_("Granted to stations"), picture.paid),
            (_("Recoverable"), picture.eligible),
            (_("Charged"), picture.filed),
            (pgettext("chargeback", "Accepted"), picture.accepted),
            (_("Money received"), picture.received),
        ]
        lost = [_("Nobody else pays"), _("Not charged yet"), _("Not accepted"), _("Not received yet")]
        pairs = zip(lost, pairwise(value for _label, value in levels), strict=True)
        falls = [levels[0], *((label, after - before) for label, (before, after) in pairs)]
        stats = [
            Stat(_("Recovery ratio"), percent(figures.recovery_ratio), _("received ÷ charged")),
            Stat(_("Acceptance ratio"), percent(figures.acceptance_ratio), _("accepted ÷ charged")),
            Stat(_("Coverage ratio"), percent(figures.coverage_ratio), _("received ÷ warranty cost paid")),
            Stat(_("Lost by late notice"), money(picture.lost), tone="bad" if picture.lost else ""),
        ]
        leaks = recovery.leakage(clock.today())
        return super().get_context_data(**kwargs) | {
            "picture": picture,
            "steps": [Stat(label, value, share_of(value, picture.paid)) for label, value in levels],
            "falls": falls,
            "stats": stats,
            "ageing": list(figures.ageing.items()),
            "leaks": sorted(leaks.items()),
        }
