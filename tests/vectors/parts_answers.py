"""What the vectors of parts share: links of supersession, and quantities as the files write them."""

from decimal import Decimal
from typing import Any

from parts import sharing


def links(edges: list[dict[str, Any]]) -> list[sharing.Link]:
    """Edges to one part, or to a kit of several."""
    found = []
    for edge in edges:
        kit = edge["to"] if isinstance(edge["to"], list) else [{"part": edge["to"], "qty": 1}]
        mode = edge.get("mode", sharing.USE_UP)
        found += [sharing.Link(edge["from"], piece["part"], mode, Decimal(str(piece["qty"]))) for piece in kit]
    return found


def pieces(qty: Decimal) -> str:
    """3, not 3.000."""
    return f"{qty.normalize():f}" if qty else "0"
