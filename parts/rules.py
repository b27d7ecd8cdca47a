"""Who may do what with parts. Scope decides which rows; these say which acts."""

from typing import Any

from portal.accounts.permissions import allow, allow_model
from portal.accounts.roles import HQ_ROLES, Role, roles_of

STATION = (Role.STATION_OWNER, Role.STATION_CLERK)
NETWORK = (*STATION, Role.TECHNICIAN, Role.REGION_MANAGER, Role.CENTER_CLERK)
CLERK = (Role.WAREHOUSE,)
BUYERS = (Role.WAREHOUSE, Role.QUALITY, Role.FINANCE, Role.SERVICE_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)
READERS = tuple(sorted(HQ_ROLES))
PRICERS = (Role.FINANCE, Role.SERVICE_MANAGER)


def not_who_drew_it_up(user: Any, price_list: Any) -> bool:
    """A price list is released by another person."""
    return bool(price_list.created_by_id != user.pk)


for model in ("part", "partcategory", "fitment", "explodedview", "supersession", "partvariant", "listprice"):
    allow_model(f"parts.{model}", view=READERS, change=CLERK)
for model in ("pricelist", "pricelistrow", "gradeprice"):
    allow_model(f"parts.{model}", view=READERS)
allow_model("parts.carrier", view=READERS, change=CLERK)
for model in ("supplier", "suppliermembership", "suppliercontact"):
    allow_model(f"parts.{model}", view=(*READERS,), change=(Role.WAREHOUSE, Role.QUALITY))
allow_model("parts.supplierpart", view=(*BUYERS, Role.SUPPLIER), change=(Role.WAREHOUSE, Role.QUALITY))
for model in ("purchaseorder", "purchaseorderline", "supplierreturn", "supplierreturnline"):
    allow_model(f"parts.{model}", view=(*BUYERS, Role.SUPPLIER))
for model in ("planningrun", "purchasesuggestion", "partserial", "partbatch"):
    allow_model(f"parts.{model}", view=BUYERS)
allow_model("parts.planningfigure", view=(*STATION, *BUYERS))
allow_model("parts.stocklevel", view=(*STATION, *BUYERS))
for model in ("location",):
    allow_model(f"parts.{model}", view=(*NETWORK, *READERS), change=CLERK)
for model in ("pickwave", "posting", "stockentry", "allocationrun", "goodsreceipt", "goodsreceiptline"):
    allow_model(f"parts.{model}", view=READERS)
for model in ("receivingcase", "caseline", "partsreturn", "partsreturnline", "stocktransfer"):
    allow_model(f"parts.{model}", view=(*NETWORK, *READERS))
for model in ("stockbalance", "partsorder", "partsorderline", "shipment", "shipmentline", "parcel", "parcelline"):
    allow_model(f"parts.{model}", view=(*NETWORK, *READERS))

for model in ("stockcount", "stockcountline"):
    allow_model(f"parts.{model}", view=(*STATION, *READERS))
for model in ("kitrecipe", "kitwork"):
    allow_model(f"parts.{model}", view=READERS, change=CLERK if model == "kitrecipe" else ())


COUNTERS = (Role.WAREHOUSE, Role.SERVICE_MANAGER, Role.FINANCE, Role.QUALITY)  # a second person always is at hand


def _own_room(user: Any, count: Any) -> bool:
    """Stations count their own rooms, headquarters its warehouses."""
    return bool(count.location.station_id) == roles_of(user).isdisjoint(COUNTERS)


def _own_place(user: Any, place: Any) -> bool:
    """Stations keep their own rooms in order, headquarters its warehouses."""
    return bool(place.station_id) == (Role.WAREHOUSE not in roles_of(user))


def _own_van(user: Any, technician: Any) -> bool:
    """The office fills every van of its stations, a technician the own one."""
    return bool(technician.user_id == user.pk or roles_of(user) & set(STATION))


def _may_approve(user: Any, count: Any) -> bool:
    """Above the tolerance only headquarters approves a station's count; within it the station's owner may."""
    return not count.needs_headquarters or Role.STATION_OWNER not in roles_of(user)


allow("parts.plan_count", *STATION, Role.WAREHOUSE, when=_own_room)
allow("parts.enter_count", *STATION, Role.TECHNICIAN, *COUNTERS, when=_own_room)
allow("parts.approve_count", Role.STATION_OWNER, Role.WAREHOUSE, Role.FINANCE, when=_may_approve)
allow("parts.see_book", Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR, Role.SERVICE_MANAGER)
allow("parts.manage_places", Role.STATION_OWNER, Role.WAREHOUSE, when=_own_place)
allow("parts.move_stock", *STATION, Role.WAREHOUSE, when=_own_place)
allow("parts.fill_van", *STATION, Role.TECHNICIAN, when=_own_van)
allow("parts.short_pick", Role.WAREHOUSE)
allow("parts.work_on_kits", Role.WAREHOUSE)
allow("parts.see_catalog", *NETWORK, *HQ_ROLES, Role.SUPPLIER)
allow("parts.export_lists", *STATION, Role.REGION_MANAGER, Role.CENTER_CLERK, *HQ_ROLES)
allow("parts.place_order", *STATION)
allow("parts.cancel_rest", *STATION, Role.WAREHOUSE)
allow("parts.release_hold", Role.FINANCE)
allow("parts.allocate", Role.WAREHOUSE)
allow("parts.set_free", Role.WAREHOUSE)
allow("parts.pick_order", Role.WAREHOUSE)
allow("parts.pack_shipment", Role.WAREHOUSE)
allow("parts.ship_shipment", Role.WAREHOUSE)
allow("parts.undo_pick", Role.WAREHOUSE)
allow("parts.receive_shipment", *STATION)
allow("parts.report_differences", *STATION)
allow("parts.decide_case", Role.WAREHOUSE)
allow("parts.confirm_case", Role.FINANCE)
allow("parts.request_transfer", *STATION)
allow("parts.refuse_transfer", *STATION, Role.WAREHOUSE)
allow("parts.approve_transfer", Role.WAREHOUSE)
allow("parts.print_labels", *STATION, Role.WAREHOUSE)
allow("parts.request_return", *STATION)
allow("parts.decide_return", Role.WAREHOUSE)
allow("parts.receive_goods", Role.WAREHOUSE)
allow("parts.see_costs", Role.WAREHOUSE, Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR)
allow("parts.see_account", Role.STATION_OWNER, Role.STATION_CLERK, *HQ_ROLES)
allow("parts.draft_purchase", Role.WAREHOUSE)
allow("parts.send_purchase", Role.WAREHOUSE)
allow("parts.confirm_purchase", Role.SUPPLIER, Role.WAREHOUSE)
allow("parts.decline_purchase", Role.SUPPLIER)
allow("parts.receive_purchase", Role.WAREHOUSE)
allow("parts.cancel_purchase", Role.WAREHOUSE)
allow("parts.close_purchase", Role.WAREHOUSE, Role.FINANCE)
allow("parts.return_to_supplier", Role.WAREHOUSE)
allow("parts.export_purchases", *BUYERS, Role.SUPPLIER)
allow("parts.start_planning", Role.WAREHOUSE)
allow("parts.decide_suggestion", Role.WAREHOUSE)
allow("parts.set_stock_level", Role.WAREHOUSE)
allow("parts.export_planning", *BUYERS)
allow("parts.draw_up_prices", Role.WAREHOUSE, *PRICERS)
allow("parts.release_prices", *PRICERS, when=not_who_drew_it_up)
