"""Printing labels of a part, a goods receipt, a shipment, a place or a count: choose the format once, then print."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parts import labels
from parts.models import GoodsReceipt, Location, Part, Shipment, StockCount
from portal.core import drawing
from portal.core.pages import ActingForm, OperationView, ScopedPage, visible_or_404
from portal.core.pdf_answers import paper_answer

KINDS: Final[dict[str, tuple[Any, Callable[[Any, int], list[labels.Label]]]]] = {
    "part": (Part, labels.labels_of_part),
    "receipt": (GoodsReceipt, labels.labels_of_receipt),
    "shipment": (Shipment, labels.labels_of_shipment),
    "place": (Location, labels.labels_of_place),
    "count": (StockCount, labels.labels_of_count),
}
MOST_COPIES: Final = 100


class LabelsForm(ActingForm):
    """The format, and how many of each."""

    form = forms.ChoiceField(label=_("Format"), choices=list(labels.FORMATS.items()), widget=forms.RadioSelect)
    copies = forms.IntegerField(label=_("Labels of each"), min_value=1, max_value=MOST_COPIES, initial=1)


def subject_of(user: Any, of: str, pk: int) -> Any:
    """The record that the labels are about, in the user's scope."""
    if of not in KINDS:
        raise Http404
    model = KINDS[of][0]
    return visible_or_404(model.objects.visible_to(user), user, pk=pk)


class LabelsPrint(OperationView):
    """Chooses the format, which is kept for the user's next time, on whatever device."""

    permission = "parts.print_labels"
    title = _("Print labels")
    form_class = LabelsForm
    submit_label = _("Print")

    def get_object(self, queryset: Any = None) -> Any:
        if not hasattr(self, "_found"):
            self._found = subject_of(self.request.user, self.kwargs["of"], self.kwargs["pk"])
        return self._found

    def get_subtitle(self) -> str:
        return str(self.get_object())

    def get_initial(self) -> dict[str, Any]:
        return {"form": labels.format_of(self.request.user)}

    def get_cancel_url(self) -> str:
        record = self.get_object()
        return record.get_absolute_url() if hasattr(record, "get_absolute_url") else "/"

    def operate(self, form: Any) -> str:
        chosen, copies = form.cleaned_data["form"], form.cleaned_data["copies"]
        KINDS[self.kwargs["of"]][1](self.get_object(), copies)
        user: Any = self.request.user
        labels.remember_format(user, chosen)
        address = reverse("labels_pdf", args=[self.kwargs["of"], self.kwargs["pk"]])
        return f"{address}?form={chosen}&copies={copies}"


class LabelsPdf(ScopedPage):
    """The sheets."""

    permission = "parts.print_labels"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen, copies = request.GET.get("form", "a4"), request.GET.get("copies", "1")
        sane = copies.isascii() and copies.isdigit() and len(copies) <= 3 and 1 <= int(copies) <= MOST_COPIES
        if chosen not in labels.FORMATS or not sane:
            raise Http404
        record = subject_of(request.user, self.kwargs["of"], self.kwargs["pk"])
        found = KINDS[self.kwargs["of"]][1](record, int(copies))
        if not found:
            raise Http404
        page, title = labels.labels_page(found, chosen), gettext("Labels")
        made = drawing.sheet(page, count=len(found), title=title, reader=request.user)
        return paper_answer(request, made, "labels", title=title)
