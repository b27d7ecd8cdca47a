"""Pages of recovery: open cases, the supplier of a case, the figures."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock
from portal.core.pages import Action, Column, OperationView, ScopedListView, ScopedPage, Stat
from portal.core.show import money, percent
from warranty import recovery
from warranty.forms.settlement import AssignForm
from warranty.models import RecoveryCase
from warranty.settlement_queries import recovery_picture
from warranty.settlement_states import RecoveryStatus


class RecoveryList(ScopedListView):
    """Rights to charge, the nearest notice day first."""

    model = RecoveryCase
    permission = "warranty.view_recoverycase"
    title = gettext_lazy("Recovery cases")
    columns = [
        Column("number"),
        Column("status", kind="badge"),
        Column("part__name", gettext_lazy("Part"), small="part__number"),
        Column("supplier__local_name", gettext_lazy("Supplier"), small="supplier__code"),
        Column("expected", kind="money"),
        Column("last_day", kind="day", sort="last_day"),
        Column("close_reason", on_phone=False),
    ]
    search_fields = ["number", "part__number", "part__name", "supplier__name", "supplier__code"]
    chips = "status"
    select_related = ["part", "supplier", "claim"]
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


class RecoveryFiguresPage(ScopedPage):
    """From what stations were paid to what suppliers paid."""

    template_name = "warranty/chargebacks/figures.html"
    permission = "warranty.view_recovery_figures"
    title = gettext_lazy("Supplier recovery")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        picture = recovery_picture(clock.today())
        figures = picture.figures
        steps = [
            (_("Paid to stations"), picture.paid),
            (_("Recoverable"), picture.eligible),
            (_("Charged"), picture.filed),
            (_("Accepted"), picture.accepted),
            (_("Received"), picture.received),
        ]
        stats = [
            Stat(_("Recovery ratio"), percent(figures.recovery_ratio), _("received ÷ charged")),
            Stat(_("Acceptance ratio"), percent(figures.acceptance_ratio), _("accepted ÷ charged")),
            Stat(_("Coverage ratio"), percent(figures.coverage_ratio), _("received ÷ warranty cost paid")),
            Stat(_("Lost by late notice"), money(picture.lost), tone="bad" if picture.lost else ""),
        ]
        leaks = recovery.leakage(clock.today())
        return super().get_context_data(**kwargs) | {
            "picture": picture,
            "steps": steps,
            "stats": stats,
            "ageing": list(figures.ageing.items()),
            "leaks": sorted(leaks.items()),
        }
