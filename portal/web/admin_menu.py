"""The admin's sidebar: one group per room, and in it the lists the user may see."""

from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.counting import say_count
from portal.web import worklists

ROOMS: Final[tuple[tuple[Any, tuple[str, ...]], ...]] = (
    (_("Warranty"), ("warranty",)),
    (_("Service"), ("service",)),
    (_("Parts"), ("parts",)),
    (_("Service network"), ("stations",)),
    (_("Quality"), ("quality",)),
    (_("System"), ("core", "accounts", "web")),
)
ICONS: Final[dict[str, str]] = {
    "warrantyclaim": "verified_user", "failedpart": "build_circle", "partbox": "inventory_2", "statement": "receipt_long",
    "chargeback": "currency_exchange", "supplieragreement": "handshake", "warrantypolicy": "policy",
    "laborrate": "payments", "recoverycase": "savings", "qualityhold": "pan_tool", "settlementitem": "playlist_add_check",
    "closedmonth": "event_busy", "stationfine": "gavel",
    "travelrate": "local_shipping", "reasoncode": "sell", "unitregistration": "app_registration", "servicerequest": "support_agent",
    "workorder": "engineering", "customer": "person", "installedunit": "devices", "faultcode": "troubleshoot",
    "laboroperation": "handyman", "partsorder": "shopping_cart", "shipment": "local_shipping", "part": "settings",
    "supplier": "factory", "purchaseorder": "add_shopping_cart", "supplierreturn": "assignment_return", "planningrun": "query_stats",
    "purchasesuggestion": "lightbulb", "stocklevel": "straighten", "receivingcase": "rule",
    "partsreturn": "undo", "stocktransfer": "move_down",
    "stockbalance": "warehouse", "stockentry": "swap_vert", "posting": "swap_vert", "location": "warehouse",
    "fitment": "extension", "supersession": "sync_alt", "station": "storefront", "stationapplication": "assignment_add",
    "siteinspection": "fact_check", "inspection": "fact_check", "contract": "contract", "dealer": "business", "region": "map",
    "operationcenter": "hub", "membership": "badge", "technician": "engineering", "skillcertificate": "workspace_premium",
    "stationgrade": "star", "equipment": "home_repair_service",
    "equipmentitem": "construction", "stationgap": "rule", "skillrequirement": "rule_settings", "techniciantransfer": "move_up",
    "course": "school", "question": "quiz", "trainingsession": "co_present", "examattempt": "history_edu",
    "dealeraccount": "account_balance", "accountentry": "list_alt", "productmodel": "devices_other",
    "productfamily": "category", "brand": "branding_watermark", "user": "group", "rolegrant": "admin_panel_settings",
    "invitation": "mail", "event": "history", "jobrun": "hourglass", "parametervalue": "tune", "calendarday": "calendar_month",
    "bulletin": "menu_book", "bulletinreading": "done_all", "idea": "lightbulb", "ideareward": "redeem", "incentive": "paid",
    "pointentry": "stars", "publishedidea": "campaign", "renewal": "autorenew", "stationexit": "logout", "exititem": "checklist",
    "stationsuspension": "pause_circle", "accountstatement": "request_quote", "contractalarm": "alarm",
    "candidateoutlet": "travel_explore", "dealerclass": "category", "dealerduty": "event_upcoming",
    "document": "description", "notification": "notifications", "outboxmail": "outgoing_mail",
}  # fmt: skip


def groups(request: HttpRequest) -> list[dict[str, Any]]:
    """unfold's navigation for this user; lists are sorted as the app registered them."""
    counts = worklists.waiting_for(request).by_address
    top: dict[str, Any] = {
        "title": "",
        "items": [
            {"title": _("Dashboard"), "icon": "dashboard", "link": reverse("admin:index")},
            {
                "title": _("Today's work"),
                "icon": "task_alt",
                "link": reverse("today"),
                "active": False,  # its address is the beginning of all others
                "badge": say_count(total) if (total := sum(counts.values())) else "",
            },
        ],
    }
    if not top["items"][1]["badge"]:
        del top["items"][1]["badge"]
    if request.user.has_perm("stations.view_candidateoutlet"):
        top["items"].append({"title": _("Region board"), "icon": "map", "link": reverse("region_board")})
    rooms = [{"title": title, "separator": True, "items": _lists(request, labels)} for title, labels in ROOMS]
    return [top, *(room for room in rooms if room["items"])]


def _lists(request: HttpRequest, labels: tuple[str, ...]) -> list[dict[str, Any]]:
    found = []
    for model, page in admin.site._registry.items():
        opts = model._meta
        if opts.app_label not in labels or getattr(page, "hidden_from_menu", False):
            continue
        if not page.has_view_permission(request):
            continue
        name = str(opts.verbose_name_plural)
        found.append(
            {
                "title": name[:1].upper() + name[1:],
                "icon": ICONS.get(opts.model_name or "", "table_rows"),
                "link": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
            }
        )
    return found
