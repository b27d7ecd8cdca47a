"""The documents behind movements of stock: which page shows what a posting names as its source. Not here: postings.

Apps above parts tell theirs in AppConfig.ready() with document().
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from django.db import models

from parts.models import (
    GoodsReceipt,
    KitWork,
    PartsOrder,
    PartsReturn,
    Posting,
    ReceivingCase,
    Shipment,
    StockCount,
    StockTransfer,
    SupplierReturn,
)

_documents: Final[dict[str, tuple[type[models.Model], ...]]] = {
    "goods_receipt": (GoodsReceipt,),
    "supplier_return": (SupplierReturn,),
    "release": (Shipment, StockCount),
    "set_free": (PartsOrder,),
    "count_gain": (StockCount,),
    "count_loss": (StockCount,),
    **dict.fromkeys(("kit_build", "kit_built", "kit_break", "kit_broken"), (KitWork,)),
    **dict.fromkeys(("ship", "receive"), (Shipment,)),
    **dict.fromkeys(
        (
            "receipt_corrected", "transit_loss", "case_kept", "case_scrap", "case_quarantine", "case_surplus",
            "case_surplus_sent", "case_surplus_back", "case_not_back",
        ),
        (ReceivingCase,),
    ),
    **dict.fromkeys(("return_sent", "return_accepted", "return_rejected"), (PartsReturn,)),
    **dict.fromkeys(("transfer_sent", "transfer_received"), (StockTransfer,)),
}  # fmt: skip


def document(kind: str, model: type[models.Model]) -> None:
    """Postings of this kind name a record of the model by its number."""
    _documents[kind] = (*(known for known in _documents.get(kind, ()) if known is not model), model)


def addresses_of(postings: Iterable[Posting], user: Any) -> dict[int, str]:
    """By key of the posting, the page of its document, where the user may see it; one query per kind of document."""
    wanted: dict[type[models.Model], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for posting in postings:
        for model in _documents.get(posting.kind, ()):
            wanted[model][posting.source.partition("/")[0]].append(posting.pk)
    found: dict[int, str] = {}
    for model, numbers in wanted.items():
        if not user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
            continue
        for row in _visible(model, user).filter(number__in=numbers):
            found |= dict.fromkeys(numbers[row.number], row.get_absolute_url())
    return found


def _visible(model: Any, user: Any) -> Any:
    return model._default_manager.visible_to(user)
