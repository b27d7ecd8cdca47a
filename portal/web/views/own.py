"""Small pages of one's own: the whole menu on a phone, the browser's icon."""

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from portal.core.pages import ScopedPage


class Menu(ScopedPage):
    """Everything the sidebar holds, for narrow screens."""

    template_name = "web/menu.html"
    title = _("All pages")


class Icon(RedirectView):
    """Browsers ask for it beside papers that name none."""

    http_method_names = ("get", "head")

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        return static("img/icon.svg")
