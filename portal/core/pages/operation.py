"""The page of one act: a form or a question, one idempotent POST, a refusal at its field."""

import hashlib
from datetime import date, datetime
from functools import partial
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from portal.core import idempotency
from portal.core.errors import Problems, Refusal
from portal.core.pages.record import OneRecordMixin
from portal.core.pieces import Text
from portal.core.states import TransitionNotAllowed


class ActingForm(forms.Form):
    """A form that knows who acts on what; records offered or accepted are those the user may see, everything else is unknown."""

    def __init__(self, *args: Any, user: Any = None, subject: Any = None, **kwargs: Any) -> None:
        self.user, self.subject = user, subject
        super().__init__(*args, **kwargs)
        scope_choices(self, user)
        be_careful(self)


class ActingModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """The same over a model's fields; saving is the operation's, so save() is never called."""

    def __init__(self, *args: Any, user: Any = None, subject: Any = None, **kwargs: Any) -> None:
        self.user, self.subject = user, subject
        super().__init__(*args, **kwargs)
        scope_choices(self, user)
        be_careful(self)


def scope_choices(form: forms.BaseForm, user: Any) -> None:
    """Every choice of records offers and accepts only what the user may see."""
    for field in form.fields.values():
        rows: Any = getattr(field, "queryset", None)
        if isinstance(field, forms.ModelChoiceField) and hasattr(rows, "visible_to"):
            field.queryset = rows.visible_to(user)


FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)


def of_our_time(value: date) -> None:
    """Raises ValidationError for a day that no business of ours has: a slip of the keyboard, or an attack."""
    day = value.date() if isinstance(value, datetime) else value
    if not FIRST_DAY <= day <= LAST_DAY:
        text = _("%(given)s is not a day between %(first)s and %(last)s.")
        raise ValidationError(text, params={"given": day.isoformat(), "first": FIRST_DAY, "last": LAST_DAY})


def _digits_only(read: Any, value: Any) -> Any:
    """As the field reads it, but without the underscores and exponents that Python would."""
    if isinstance(value, str) and not set(value.strip()).isdisjoint("_eE"):
        raise ValidationError(_("“%(given)s” is not a number: write digits, like 12.50."), params={"given": value[:20]})
    return read(value)


OF_DAY: Final = {"invalid": _("This is no day: write it like 2026-03-01.")}
OF_NUMBER: Final = {"invalid": _("This is no number: write digits, like 12.50.")}
OF_CHOICE: Final = {"invalid_choice": _("This is none of the choices: choose one that is offered.")}


def _in_our_words(field: forms.Field) -> None:
    """The framework's own sentences become ours; what a field or a form says of itself stays."""
    framework: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        if kind.__module__.startswith("django."):
            framework |= getattr(kind, "default_error_messages", {})
    for kinds, words in ((forms.DateField, OF_DAY), (forms.IntegerField, OF_NUMBER), (forms.ChoiceField, OF_CHOICE)):
        if isinstance(field, kinds):
            spoken = {
                code: text for code, text in words.items() if field.error_messages.get(code) == framework.get(code)
            }
            field.error_messages |= spoken


def _no_nul(read: Any, value: Any) -> Any:
    """As the field reads it; the database would not even compare a text with a NUL."""
    if isinstance(value, str) and "\0" in value:
        raise ValidationError(OF_CHOICE["invalid_choice"])
    return read(value)


def be_careful(form: forms.BaseForm) -> None:
    """Numbers are digits and days are of our time, in every form."""
    for field in form.fields.values():
        _in_our_words(field)
        if isinstance(field, forms.DateField | forms.DateTimeField):
            field.validators = [*field.validators, of_our_time]
        elif isinstance(field, forms.IntegerField):  # floats and decimals as well
            field.to_python = partial(_digits_only, field.to_python)  # type: ignore[method-assign]
        elif isinstance(field, forms.ModelChoiceField):
            field.to_python = partial(_no_nul, field.to_python)  # type: ignore[method-assign]


class NothingToSay(ActingForm):
    """A confirmation has no fields."""


def _digest(upload: Any) -> str:
    """The SHA-256 of an upload, which can be read again afterwards."""
    digest = hashlib.sha256(b"".join(upload.chunks())).hexdigest()
    upload.seek(0)
    return digest


class IdempotentMixin:
    """One effect per form shown, however often it is sent: the hidden key decides (tag idempotency_key)."""

    request: HttpRequest

    def run_once(self, act: Any) -> Any:
        """The JSON answer of `act`, which runs once per key. Raises BadRequest for a key that we never made."""
        key = self.request.POST.get("idempotency_key", "")
        if not key:
            return act()
        if not (key.isascii() and key.isprintable() and len(key) <= 64):
            raise BadRequest
        return idempotency.once(f"{self.request.path} {self.request.user.pk}", key, self._body(), act)

    def _body(self) -> bytes:
        fields = sorted((name, values) for name, values in self.request.POST.lists() if name != "csrfmiddlewaretoken")
        files = [(name, _digest(upload)) for name, uploads in sorted(self.request.FILES.lists()) for upload in uploads]
        return repr((fields, files)).encode()


class OperationView(IdempotentMixin, OneRecordMixin, FormView):  # type: ignore[type-arg]
    """A form, one operation, an answer. GET shows it, POST runs it once."""

    template_name = "generic/form.html"
    form_class: type[forms.BaseForm] = NothingToSay
    formset_class: ClassVar[Any] = None
    formset_label: ClassVar[Text] = ""
    formset_prefix: ClassVar[str] = "lines"
    intro: ClassVar[Text] = ""
    submit_label: ClassVar[Text] = _("Save")
    success_message: Text = ""
    danger: ClassVar[bool] = False
    was_moved = False  # somebody, or another tab, brought the record elsewhere: the page links to it
    draft: ClassVar[str] = ""  # a name keeps typed text on the device until it is sent

    def get_object(self, queryset: Any = None) -> Any:
        if not {"pk", "number", "code"} & set(self.kwargs):
            return None
        return super().get_object(queryset)

    @property
    def object(self) -> Any:
        """The record acted on; None for a new one."""
        return self.get_object()

    def operate(self, form: Any) -> Any:
        """Calls one operation; answers the record to show, an address, or None for the cancel address."""
        raise NotImplementedError

    def get_intro(self) -> Text:
        """A sentence above the form."""
        return self.intro

    def why_not(self) -> Text:
        """The sentence that stands where the form would while the act is impossible; the operation refuses it anyway."""
        return ""

    def get_cancel_url(self) -> str:
        """Where the reader goes back to."""
        record = self.get_object()
        return record.get_absolute_url() if record is not None and hasattr(record, "get_absolute_url") else "/"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if issubclass(self.form_class, ActingForm | ActingModelForm):
            kwargs |= {"user": self.request.user, "subject": self.get_object()}
        return kwargs

    def get_formset(self) -> Any:
        """The rows beside the form, bound on POST."""
        if self.formset_class is None:
            return None
        if not hasattr(self, "_formset"):
            bound = [self.request.POST, self.request.FILES] if self.request.method == "POST" else []
            self._formset = self.formset_class(*bound, prefix=self.formset_prefix, **self.get_formset_kwargs())
        return self._formset

    def get_formset_kwargs(self) -> dict[str, Any]:
        """Form arguments and initial rows; each row's form gets user and subject if it is an ActingForm."""
        if issubclass(self.formset_class.form, ActingForm | ActingModelForm):
            return {"form_kwargs": {"user": self.request.user, "subject": self.get_object()}}
        return {}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        formset = self.get_formset()
        if not (form.is_valid() and (formset is None or formset.is_valid())):
            return self.form_invalid(form)
        return self.form_valid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            answer = self.run_once(lambda: self._act(form))
        except Problems as problems:
            for refusal in problems.refusals[1:]:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            first = problems.refusals[0]
            return self.refused(form, str(first), first.field, status=409)
        except TransitionNotAllowed as refusal:
            self.was_moved = True
            return self.refused(form, str(refusal), refusal.field, status=409)
        except Refusal as refusal:
            return self.refused(form, str(refusal), refusal.field, status=409)
        except ValidationError as error:
            return self.refused(form, "; ".join(error.messages), "", status=422)
        if answer["message"]:
            messages.success(self.request, answer["message"])
        return HttpResponseRedirect(answer["to"])

    def _act(self, form: Any) -> dict[str, str]:
        result = self.operate(form)
        if isinstance(result, str):
            to = result
        elif isinstance(result, HttpResponseRedirect):
            to = result.url
        else:
            to = result.get_absolute_url() if hasattr(result, "get_absolute_url") else self.get_cancel_url()
        return {"to": to, "message": str(self.success_message)}

    def refused(self, form: Any, text: str, field: str, *, status: int) -> HttpResponse:
        """The form again, all input kept, the sentence beside its field."""
        form.add_error(field if field in form.fields else None, text)
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        why_not = self.why_not() if self.request.method == "GET" else ""
        return {
            "why_not": why_not,
            "object": self.get_object(), "intro": self.get_intro(), "submit_label": self.submit_label, "danger": self.danger,
            "cancel_url": self.get_cancel_url(), "formset": self.get_formset(), "formset_label": self.formset_label,
            "draft": self.draft,
            "was_moved": self.was_moved and self.get_object() is not None, "has_files": context["form"].is_multipart(), **context,
        }  # fmt: skip
