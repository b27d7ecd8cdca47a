"""save_view(), drop_view(): a list's filters are kept under a name. Not here: drawing them (pages.saved)."""

from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal
from portal.core.models.saved_views import SavedView
from portal.core.scope import scope_of

PASSING: Final = {"after", "before", "export"}  # where one stood, not what one looked for
MOST: Final = 30  # a list; more nobody reads


class NameMissing(Refusal):
    """A view is found by its name."""

    message = _("Give the view a name of 1 to 60 characters.")
    code = "name_missing"


class NothingToKeep(Refusal):
    """A view holds filters."""

    message = _("Choose a filter, a search or an order first; then give it a name.")
    code = "nothing_to_keep"


class TooManyViews(Refusal):
    """A list of views that nobody reads helps nobody."""

    message = _("You have %(count)s views of this list already: remove one first.")
    code = "too_many_views"


def save_view(owner: Any, *, page: str, name: str, query: str, is_shared: bool = False) -> SavedView:
    """The filters of `query` stand under the name; the owner's view of the same name is replaced.

    page: the URL name of the list; only headquarters shares. Raises NameMissing, NothingToKeep, TooManyViews.
    """
    name, kept = name.strip(), filters_of(query)
    if not 1 <= len(name) <= 60:
        raise NameMissing(field="name")
    if not kept or len(kept) > 1000:
        raise NothingToKeep(field="name")
    mine = SavedView.objects.filter(owner=owner, page=page)
    if not mine.filter(name=name).exists() and (count := mine.count()) >= MOST:
        raise TooManyViews(count=count, field="name")
    shared = is_shared and scope_of(owner).everything
    view, _made = SavedView.objects.update_or_create(
        owner=owner, page=page, name=name, defaults={"query": kept, "is_shared": shared}
    )
    return view


def drop_view(view: SavedView) -> None:
    """The view is gone; it was nobody's document."""
    view.delete()


def filters_of(query: str) -> str:
    """The filters of an address in a fixed order, without empty ones and without the place on the page."""
    return urlencode(sorted((name, value) for name, value in parse_qsl(query) if name not in PASSING))
