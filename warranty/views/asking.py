"""Is it covered? The answer before anybody types a claim: verdict, dates, every test, what would change it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.listing import refuse_unknown
from portal.core.pages import ScopedPage
from service.models import InstalledUnit
from warranty import turning, wording
from warranty.asking import Answer, Question, ask
from warranty.forms.registration import CoverageForm


class CoverageQuestion(ScopedPage):
    """One form, its answer beside it; the address holds the question."""

    permission = "warranty.ask_coverage"
    template_name = "warranty/coverage_question.html"
    title = _("Is it covered?")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refuse_unknown(self.request, set(CoverageForm.base_fields))
        asked = bool(self.request.GET)
        form = CoverageForm(self.request.GET if asked else None, user=self.request.user)
        answer = ask(Question(**_given(form))) if asked and form.is_valid() else None
        return super().get_context_data(**kwargs) | {"form": form, **(self._told(answer) if answer else {})}

    def _told(self, answer: Answer) -> dict[str, Any]:
        cover = answer.as_json()
        seen = InstalledUnit.objects.visible_to(self.request.user).filter(pk=answer.unit.pk) if answer.unit else None
        return {
            "answer": answer,
            "said": wording.say_verdict(cover),
            "tone": turning.TONES.get(answer.verdict.verdict, "wait"),
            "proofs": wording.proofs(cover, part_class=answer.part_class, failed_on=answer.on),
            "turns": [turning.tell(turn) for turn in cover["changes"]],
            "unit_url": answer.unit.get_absolute_url() if seen is not None and answer.unit and seen.exists() else "",
        }


def _given(form: CoverageForm) -> dict[str, Any]:
    values = dict(form.cleaned_data)
    return values | {"remedy": values["remedy"] or "replace"}
