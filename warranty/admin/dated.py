"""What the admin of every dated term shares: proposed here, released by another person, withdrawn before it begins, ended."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock
from portal.core.admin import OperationButton, ScopedAdmin
from warranty import masters
from warranty.forms.claims import ReasonForm
from warranty.forms.masters import DatedForm, EndTermForm
from warranty.models import MasterStatus


def release(term: Any, values: dict[str, Any], actor: Any) -> None:
    """It is used from its day on."""
    masters.release(term, actor=actor)


def withdraw(term: Any, values: dict[str, Any], actor: Any) -> None:
    """It is never used."""
    masters.withdraw(term, reason=values["reason"], actor=actor)


def end(term: Any, values: dict[str, Any], actor: Any) -> None:
    """It ends."""
    masters.end(term, before=values["before"], actor=actor)


def _is_proposed(term: Any) -> bool:
    return bool(term.is_proposed)


def _not_begun(term: Any) -> bool:
    released = term.status == MasterStatus.RELEASED
    return _is_proposed(term) or (released and bool(term.valid_from > clock.today()))


def _holds(term: Any) -> bool:
    return bool(term.status == MasterStatus.RELEASED and (term.valid_to is None or term.valid_to > clock.today()))


def _buttons(model_name: str, *, ends: bool) -> tuple[OperationButton, ...]:
    change = f"warranty.change_{model_name}"
    found = [
        OperationButton(
            "release", pgettext_lazy("term", "Release it"), release, permission=f"warranty.release_{model_name}",
            shown=_is_proposed, style="primary", success=_("It is released."),
            intro=_("It is used from its first day on; the one that holds until then ends there."),
        ),
        OperationButton(
            "withdraw", pgettext_lazy("term", "Withdraw it"), withdraw, permission=change, form=ReasonForm,
            shown=_not_begun, style="danger", success=_("It is withdrawn."),
            intro=_("It will never be used; the one before it goes on."),
        ),
    ]  # fmt: skip
    if ends:
        found.append(
            OperationButton(
                "end",
                _("End it"),
                end,
                permission=change,
                form=EndTermForm,
                shown=_holds,
                success=_("The end is set."),
                intro=_("It holds on days before, and nothing follows it by itself."),
            )
        )
    return tuple(found)


class DatedAdmin(ScopedAdmin):
    """A list of versions, those that wait for a release marked; every version keeps its row and its history."""

    form = DatedForm
    ends: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.operations = _buttons(str(self.opts.model_name), ends=self.ends)  # type: ignore[misc]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who keeps the terms."""
        return bool(super().has_change_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A version is followed by the next one, never changed."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What it says, then its days; who proposed and released it once it stands."""
        named = [field.name for field in self.model._meta.fields if field.editable and not field.primary_key]
        says = [name for name in named if name not in {"valid_from", "valid_to"}]
        if obj is None:
            return [*says, "valid_from", *(["valid_to"] if self.ends else [])]
        return [*says, "valid_from", "valid_to", "status", "created_by", "released_by", "released_at", "replaces"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The operation writes the row."""
        obj.pk = self.propose(request, form.cleaned_data).pk

    def propose(self, request: HttpRequest, values: dict[str, Any]) -> Any:
        """The proposal."""
        model: Any = self.model
        return masters.propose(model, actor=request.user, **values)
