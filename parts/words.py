"""What the timeline calls the events of parts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.timeline import title
from stations.words import name_entry

title("partsorder.submitted", _("Order submitted"))
title("partsorder.on_hold", _("Held by the credit check"))
title("partsorder.confirmed", _("Order confirmed"))
title("partsorder.rest_cancelled", _("Rest of the order cancelled"))
title("partsorder.set_free", _("Stock set aside is free again"))
title("partsorder.allocated", _("Stock set aside for the whole order"))
title("partsorder.partially_allocated", _("Stock set aside for a part of the order"))
title("partsorder.backordered", _("Nothing in stock: backordered"))
title("shipment.picking", _("Picking begun"))
title("pickwave.picking", _("Picking begun"))
title("pickwave.document_issued", _("Paper issued"))
title("shipment.repacked", _("Parcels corrected"))
title("shipment.document_issued", _("Paper issued"))
title("shipment.received_with_differences", _("Received with differences"))
title("shipment.settled", _("Differences settled"))
title("receivingcase.reported", _("Differences reported"))
title("receivingcase.photos_added", _("Pictures added"))
title("receivingcase.open", _("With headquarters"))
title("receivingcase.to_confirm", _("Decided; finance confirms the credit"))
title("receivingcase.to_return", _("Decided; the station sends goods back"))
title("receivingcase.returning", _("Goods sent back by the station"))
title("receivingcase.closed", _("Decided and settled"))
title("receivingcase.withdrawn", _("Withdrawn by the station"))
title("receivingcase.document_issued", _("Decision issued as PDF"))
title("partsreturn.requested", _("Return of unused parts requested"))
title("partsreturn.approved", _("Return approved"))
title("partsreturn.refused", _("Return refused"))
title("partsreturn.shipped", _("Goods on their way back"))
title("partsreturn.inspected", _("Inspected and credited"))
title("partsreturn.document_issued", _("Credit note issued"))
title("stocktransfer.requested", _("Transfer requested"))
title("stocktransfer.agreed", _("Giving station agreed"))
title("stocktransfer.approved", pgettext_lazy("transfer of parts", "Transfer approved"))
title("stocktransfer.refused", pgettext_lazy("transfer of parts", "Transfer refused"))
title("stocktransfer.shipped", _("Sent by the giving station"))
title("goodsreceipt.posted", _("Goods received from supplier"))
title("allocationrun.done", _("Stock shared out"))
title("purchaseorder.drafted", _("Purchase order drafted"))
title("purchaseorder.revised", _("Draft of a purchase order changed"))
title("purchaseorder.sent", _("Purchase order sent to the supplier"))
title("purchaseorder.confirmed", _("Delivery days confirmed by the supplier"))
title("purchaseorder.declined", _("Declined by the supplier"))
title("purchaseorder.promised", _("New delivery days promised"))
title("purchaseorder.partially_received", _("Partly received"))
title("purchaseorder.received", _("Nothing open any more"))
title("purchaseorder.closed", _("Purchase order closed"))
title("purchaseorder.goods_received", _("Goods received"))
title("purchaseorder.goods_returned", _("Goods sent back to the supplier"))
title("purchaseorder.rest_cancelled", _("Open quantities cancelled"))
title("purchaseorder.cancelled", _("Purchase order cancelled"))
title("purchaseorder.document_issued", _("Purchase order issued as PDF"))
title("supplierreturn.document_issued", _("Debit note issued"))
title("pricelist.drawn_up", _("Price list drawn up"))
title("pricelist.changed", _("Prices of the draft changed"))
title("pricelist.released", _("Price list released"))
title("pricelist.dropped", _("Price list dropped"))
title("explodedview.drawn", _("Drawing added"))
title("explodedview.placed", _("Part placed in the drawing"))
title("part.superseded", _("Supersession set"))
title("part.supersession_ended", _("Supersession ended"))
title("part.alternates", _("Interchangeable parts set"))
title("part.file_added", _("Picture or drawing added"))
title("planningrun.started", _("Planning started"))
title("planningrun.finished", _("Planning finished"))
title("purchasesuggestion.accepted", _("Suggestion accepted"))
title("purchasesuggestion.rejected", _("Suggestion rejected"))
title("purchasesuggestion.ordered", _("Put on a purchase order"))
title("shipment.picked", _("Picking confirmed"))
title("shipment.short_picked", _("Pick came short"))
title("stockcount.planned", pgettext_lazy("stock count", "Count planned"))
title("stockcount.counting", _("Places frozen, counting begun"))
title("stockcount.recount", _("Handed in; differences are counted again"))
title("stockcount.recount_asked", _("Second count asked for"))
title("stockcount.to_approve", _("Handed in for approval"))
title("stockcount.posted", _("Approved and posted"))
title("stockcount.cancelled", _("Count cancelled"))
title("stockcount.document_issued", _("Count report issued"))
title("kitwork.built", _("Kits built"))
title("kitwork.broken_up", _("Kits broken up"))
title("kitwork.undone", _("Kit work undone"))
title("location.created", _("Place added"))
title("location.changed", _("Place changed"))
title("location.closed", _("Place closed"))
title("location.serves", _("Region of the warehouse changed"))
title("location.opened", _("Place opened again"))
title("stocklevel.set", _("Stock level set by hand"))

name_entry("order_committed", _("Order placed"))
name_entry("order_cancelled", _("Order cancelled"))
name_entry("parts_invoice", _("Parts shipped"))
name_entry("case_credit", _("Credit of a receiving case"))
name_entry("transfer_credit", _("Parts given to another station"))
name_entry("transfer_charge", _("Parts taken from another station"))
name_entry("return_credit", _("Unused parts sent back"))
name_entry("case_charge", _("Goods kept by a receiving case"))

POSTINGS = {  # the kinds of movements of stock
    "opening": _("Opening stock"),
    "goods_receipt": _("Receipt from supplier"),
    "supplier_return": _("Return to supplier"),
    "reserve": _("Set aside"),
    "release": _("Given back to the shelf"),
    "bin_move": _("Moved between bins"),
    "count_gain": _("Count: found more"),
    "count_loss": _("Count: found less"),
    "kit_build": _("Components into a kit"),
    "kit_built": _("Kit built"),
    "kit_break": _("Kit broken up"),
    "kit_broken": _("Components out of a kit"),
    "buyback": _("Bought back from a station"),
    "ship": _("Shipped"),
    "receive": _("Received by the station"),
    "receipt_corrected": _("Receipt corrected"),
    "transit_loss": _("Lost on the way"),
    "case_kept": _("Kept by the station"),
    "case_scrap": _("Scrapped at the station"),
    "case_quarantine": _("Sent back damaged"),
    "case_surplus": _("Left the shelf unbooked"),
    "case_surplus_sent": _("Left the shelf unbooked, on its way back"),
    "case_surplus_back": _("Left the shelf unbooked, came back"),
    "case_not_back": _("Should have come back, kept by the station"),
    "return_sent": _("Unused parts sent back"),
    "return_accepted": _("Unused parts back on the shelf"),
    "return_rejected": _("Returned parts rejected"),
    "transfer_sent": _("Sent to another station"),
    "transfer_received": _("Received from another station"),
    "van_load": _("Loaded into a van"),
    "van_unload": _("Unloaded from a van"),
    "issue_to_job": _("Issued to a job"),
    "return_from_job": _("Back from a job"),
}
