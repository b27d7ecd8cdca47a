"""The three pages every app builds from: list, record, operation. Parse, call one operation, answer.

A list:
    class ClaimList(ScopedListView):
        model = WarrantyClaim
        permission = "warranty.view_warrantyclaim"
        title = _("Warranty claims")
        columns = [Column("number", kind="number", small="work_order__number"), Column("status", kind="badge"),
                   Column("claimed_total", kind="money", sort="claimed_total")]
        search_fields = ["number", "unit__serial_number"]     # one box, "contains"
        filter_fields = ["station", "created_at"]             # explicit; choices of records are scoped; or filterset_class
        chips = "status"                                      # clickable counts by status
        export_permission = "warranty.export_claims"          # offers what the page shows as xlsx and csv
        ordering = ["-pk"]                            # keyset pages; pk is added
        select_related = ["unit", "work_order"]
        def get_actions(self): return [Action(_("New claim"), reverse("…"), "warranty.add_warrantyclaim", "primary")]

A record (URL with <int:pk> or <str:number>); its template extends generic/detail.html and fills blocks main, side:
    class ClaimDetail(ScopedDetailView):
        model, permission, template_name, select_related, subtitle(), next_step(), stats(), facts(), get_actions()

An operation (a form page, or a confirmation without form_class); one idempotent POST, a Refusal becomes a message at its field:
    class Submit(OperationView):
        model = WarrantyClaim
        permission = "warranty.submit_claim"
        title, intro, submit_label, success_message, form_class, formset_class, template_name
        def operate(self, form): return submit_claim(self.object, actor=self.request.user)   # a record, an URL or None
    self.object is found by pk or number among visible rows; without such a kwarg it is None (a new record).
    form_class should extend ActingForm: it gets user and subject, and scopes every choice of records to what the user may see.

Foreign rows are 404, visible but forbidden acts 403, anonymous readers go to the login.
"""

from portal.core.listing import Page, ScopedFilterSet
from portal.core.pages.access import PageMixin, PermissionRequiredMixin, ScopedPage, visible_or_404
from portal.core.pages.lists import ScopedListView
from portal.core.pages.operation import (
    ActingForm,
    ActingModelForm,
    IdempotentMixin,
    NothingToSay,
    OperationView,
    be_careful,
)
from portal.core.pages.record import ScopedDetailView
from portal.core.pieces import Action, Cell, Column, Fact, Heading, NextStep, Proof, Stat, Table

__all__ = [
    "ActingForm",
    "ActingModelForm",
    "Action",
    "Cell",
    "Column",
    "Fact",
    "Heading",
    "IdempotentMixin",
    "NextStep",
    "NothingToSay",
    "OperationView",
    "Page",
    "PageMixin",
    "PermissionRequiredMixin",
    "Proof",
    "ScopedDetailView",
    "ScopedFilterSet",
    "ScopedListView",
    "ScopedPage",
    "Stat",
    "Table",
    "be_careful",
    "visible_or_404",
]  # fmt: skip
