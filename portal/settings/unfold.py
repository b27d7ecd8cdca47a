"""The admin's look: colors from static/tokens.css, sidebar by role, first page. Which rows and pages open is decided elsewhere."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of the sidebar for this user."""
    from portal.web.admin_menu import groups

    return groups(request)


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Yizhan"),
    "SITE_HEADER": _("Yizhan"),
    "SITE_SUBHEADER": _("Headquarters"),
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("img/icon.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/icon.svg")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": False,
    "THEME": "light",
    "BORDER_RADIUS": "8px",
    "DASHBOARD_CALLBACK": "portal.web.dashboard.dashboard",
    "STYLES": [
        lambda request: static("tokens.css"),
        lambda request: static("pieces.css"),
        lambda request: static("admin.css"),
    ],
    "SCRIPTS": [lambda request: static("js/admin.js")],
    "COLORS": {
        "base": {
            "50": "#f5f7f8", "100": "#eef1f3", "200": "#e3e8ec", "300": "#cfd7dd", "400": "#93a1ab", "500": "#5f6e7a",
            "600": "#4a5a68", "700": "#33434f", "800": "#1c2f3a", "900": "#0d2b33", "950": "#081e24",
        },
        "primary": {
            "50": "#f1f9f9", "100": "#e3f2f2", "200": "#bfe0e0", "300": "#8cc9cb", "400": "#3fa3a8", "500": "#14858b",
            "600": "#0b6e75", "700": "#0a5f65", "800": "#084f54", "900": "#073f43", "950": "#042b2e",
        },
        "font": {
            "subtle-light": "#5f6e7a", "subtle-dark": "#93a1ab", "default-light": "#33434f", "default-dark": "#cfd7dd",
            "important-light": "#14202b", "important-dark": "#f5f7f8",
        },
    },
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": sidebar},
}  # fmt: skip
