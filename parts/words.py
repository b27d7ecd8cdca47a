"""What the timeline calls the events of parts."""

from django.utils.translation import gettext_lazy as _

from portal.core.timeline import title
from stations.words import name_entry

title("partsorder.submitted", _("Parts order submitted"))
title("partsorder.on_hold", _("Held by the credit check"))
title("partsorder.confirmed", _("Order confirmed"))
title("partsorder.rest_cancelled", _("Rest of the order cancelled"))
title("partsorder.allocated", _("Stock set aside for the whole order"))
title("partsorder.partially_allocated", _("Stock set aside for a part of the order"))
title("partsorder.backordered", _("Nothing in stock: backordered"))
title("shipment.picking", _("Picking begun"))
title("shipment.document_issued", _("Delivery note issued"))
title("shipment.received_with_differences", _("Received with differences"))
title("goodsreceipt.posted", _("Goods received from supplier"))
title("allocationrun.done", _("Stock shared out"))

name_entry("order_committed", _("Order placed"))
name_entry("order_cancelled", _("Order cancelled"))
name_entry("parts_invoice", _("Parts shipped"))

POSTINGS = {  # the kinds of movements of stock
    "opening": _("Opening stock"),
    "goods_receipt": _("Receipt from supplier"),
    "reserve": _("Set aside"),
    "ship": _("Shipped"),
    "receive": _("Received by the station"),
    "issue_to_job": _("Issued to a job"),
    "return_from_job": _("Back from a job"),
}
