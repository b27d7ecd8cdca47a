"""Forms of stations and technicians: take the job, agree on a visit, parts, hours, photos, findings."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import BooleanField, Exists, F, OuterRef, Q, Sum, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parts import fitting
from parts.models import Fitment, Location, Part, StockBalance
from parts.stock import station_location
from parts.vans import vans_of_job
from portal.core import clock
from portal.core.attachments import MAX_BYTES
from portal.core.pages import ActingForm
from portal.core.parameters import param
from portal.core.show import listed, quantity
from service.models import FaultCode, LaborOperation, PartAction
from service.progress import photos_missing
from stations.models import Technician

PHOTO_KINDS = [
    ("fault_photo", _("The fault")),
    ("plate_photo", _("Serial plate")),
    ("repair_photo", _("After the repair")),
]
MOST_PHOTOS = 12


class TechnicianForm(ActingForm):
    """Who goes."""

    technician = forms.ModelChoiceField(label=_("Technician"), queryset=Technician.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Technician.objects.filter(station=self.subject.station_id, is_active=True)
        self.fields["technician"].queryset = own  # type: ignore[attr-defined]
        self.initial.setdefault("technician", self.subject.technician_id)


class AcceptForm(TechnicianForm):
    """Who goes may be said later."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technician"].required = False


class LocalMoment(forms.DateTimeInput):
    """The browser's own picker, Beijing time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class AppointmentForm(ActingForm):
    """When the technician comes."""

    visit_at = forms.DateTimeField(
        label=_("Appointment"), widget=LocalMoment(), input_formats=["%Y-%m-%dT%H:%M"], help_text=_("Beijing time")
    )


class PartChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A part with what the station has of it, and whether it is listed for the unit's model (`fits`; None: not known)."""

    def label_from_instance(self, obj: Any) -> str:
        held = getattr(obj, "held", None) or Decimal(0)
        label = gettext("%(part)s · %(qty)s in stock") % {"part": obj, "qty": quantity(held)}
        if in_van := getattr(obj, "in_van", None):
            label = gettext("%(part)s, %(qty)s in the van") % {"part": label, "qty": quantity(in_van)}
        hint = gettext("not listed for this model")
        return f"{label} · {hint}" if obj.fits is False else label


class IssuePartForm(ActingForm):
    """A part from the technician's van or the station's stock goes into the unit.

    Fitting parts stand first; only stocked ones can be replaced.
    """

    part = PartChoice(label=_("Part"), queryset=Part.objects.none())
    qty = forms.DecimalField(
        label=_("Quantity"),
        initial=1,
        min_value=Decimal("0.001"),
        max_value=1000,
        decimal_places=3,
        help_text=_("In the part's own unit. At most three decimals; more are refused, nothing is rounded."),
    )
    action = forms.ChoiceField(
        label=_("What was done"), choices=PartAction.choices, initial=PartAction.REPLACE, widget=forms.RadioSelect
    )
    removed_serial = forms.CharField(
        label=_("Serial number of the removed piece"), max_length=60, required=False, help_text=_("From its label.")
    )
    fitted_serial = forms.CharField(label=_("Serial number of the fitted piece"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        vans = [van.pk for van in vans_of_job(self.subject.technician, self.subject.station)]
        room = Location.objects.within(station_location(self.subject.station).pk)
        shelf = StockBalance.objects.filter(location__in=room, on_hand__gt=0)
        unit = self.subject.request.unit
        fits: Any = Value(None, BooleanField())
        if unit:
            facts = {"serial": unit.serial_number, "produced_on": unit.produced_on}
            stood = [row.pk for row in fitting.fitting(unit.product_model_id, **facts)]
            fits = Exists(Fitment.objects.filter(pk__in=stood, part=OuterRef("pk")))
        held = Sum("balances__on_hand", filter=Q(balances__in=shelf))
        in_van = Sum("balances__on_hand", filter=Q(balances__location__in=vans))
        rows = Part.objects.annotate(held=held, in_van=in_van, fits=fits)
        rows = rows.filter(Q(held__gt=0) | Q(in_van__gt=0) | Q(fits=True))
        self.fields["part"].queryset = rows.order_by(F("fits").desc(nulls_last=True), "number")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        part = values.get("part")
        if part and part.is_serialised and values.get("action") == PartAction.REPLACE:
            for name in ("removed_serial", "fitted_serial"):
                if not values.get(name, "").strip():
                    self.add_error(name, _("This part has serial numbers: write it down."))
        return values


class OperationChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A labor operation with its flat hours."""

    def label_from_instance(self, obj: Any) -> str:
        return gettext("%(operation)s · flat %(hours)s h") % {"operation": obj, "hours": quantity(obj.flat_hours)}


class HoursForm(ActingForm):
    """An operation and its hours; left empty they are the flat hours."""

    operation = OperationChoice(label=_("Operation"), queryset=LaborOperation.objects.none())
    qty = forms.IntegerField(label=_("Times"), initial=1, min_value=1, max_value=99)
    hours = forms.DecimalField(
        label=_("Hours worked"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=99,
        decimal_places=2,
        help_text=_("Empty: the flat hours."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.subject.request.unit
        family = unit.product_model.family_id if unit else None
        rows = LaborOperation.objects.filter(is_active=True).filter(Q(family=family) | Q(family=None))
        self.fields["operation"].queryset = rows.order_by("family", "code")  # type: ignore[attr-defined]


class ManyPhotos(forms.ClearableFileInput):
    """Several pictures at once; a phone offers its camera."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """A list of uploads."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        if not uploads:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > MOST_PHOTOS:
            raise forms.ValidationError(_("At most %(count)s pictures at once.") % {"count": MOST_PHOTOS})
        if any(each.size > MAX_BYTES for each in uploads):
            raise forms.ValidationError(_("A picture has at most 15 MB."))
        return [super(PhotosField, self).clean(each, initial) for each in uploads]


class PhotosForm(ActingForm):
    """Pictures of one kind."""

    kind = forms.ChoiceField(label=_("Shows"), choices=PHOTO_KINDS, widget=forms.RadioSelect, initial="fault_photo")
    photos = PhotosField(label=_("Pictures"), widget=ManyPhotos(attrs={"accept": "image/*"}), max_length=300)


class Day(forms.DateInput):
    """The browser's own picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CompletionForm(ActingForm):
    """What was found and done, for the customer, the claim and the quality people."""

    complaint = forms.CharField(
        label=_("Complaint"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    cause = forms.CharField(
        label=_("Cause"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    correction = forms.CharField(
        label=_("Correction"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    fault_code = forms.ModelChoiceField(
        label=_("Fault code"), queryset=FaultCode.objects.filter(is_active=True), required=False
    )
    failed_on = forms.DateField(label=_("Failed on"), widget=Day())
    repaired_on = forms.DateField(label=_("Repaired on"), widget=Day())
    usage_reading = forms.DecimalField(
        label=_("Usage reading"), required=False, min_value=0, max_value=99_999_999, decimal_places=3
    )
    distance_km = forms.DecimalField(
        label=_("Round trip (km)"), required=False, min_value=0, max_value=2000, decimal_places=1
    )
    customer_signed_as = forms.CharField(
        label=_("Customer's signature"),
        max_length=80,
        help_text=_("Hand the phone over: the customer types their own name to confirm the work listed above."),
        error_messages={"required": _("The customer has not signed yet: let them type their name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    without_photos = forms.BooleanField(
        label=_("Finish without these photos"),
        error_messages={"required": _("Add the missing photos first, or tick that the job ends without them.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        job = self.subject
        self._ask_for_photos(job)
        least = gettext("At least %(least)s characters.") % {"least": param("service.text_length")}
        for name in ("complaint", "cause", "correction"):
            self.fields[name].help_text = least
        unit = job.request.unit
        family = unit.product_model.family_id if unit else None
        self.fields["fault_code"].queryset = FaultCode.objects.in_use().for_family(family)  # type: ignore[attr-defined]
        if job.straight_km is not None:
            straight = gettext("Straight line to the customer: %(km)s km one way.") % {"km": quantity(job.straight_km)}
            self.fields["distance_km"].help_text = straight
        today = clock.today()
        known = {name: getattr(job, name) for name in self.fields if name != "without_photos"}
        known["failed_on"] = job.failed_on or clock.local_date(job.request.created_at)
        known["repaired_on"] = job.repaired_on or today
        known["customer_signed_as"] = ""
        for name, value in known.items():
            self.initial.setdefault(name, value)

    def _ask_for_photos(self, job: Any) -> None:
        """A claim without the pictures of fault and plate is cut or asked back: who goes without says so."""
        missing = photos_missing(job)
        if not missing:
            del self.fields["without_photos"]
            return
        names = listed(missing)
        self.fields["without_photos"].help_text = gettext("Missing for the claim: %(photos)s.") % {"photos": names}
