"""Small pages of one's own: the whole menu on a phone."""

from django.utils.translation import gettext_lazy as _

from portal.core.pages import ScopedPage


class Menu(ScopedPage):
    """Everything the sidebar holds, for narrow screens."""

    template_name = "web/menu.html"
    title = _("All pages")
