"""Planning: suggestions and what is decided about them, the derivation of each figure, runs, slow movers, levels."""

from parts.views.planning.figures import FigureDetail
from parts.views.planning.levels import SlowMoverList, StationLevelList, StockLevelCreate, StockLevelList
from parts.views.planning.runs import PlanningRunDetail, PlanningRunList, PlanningStart
from parts.views.planning.suggestions import (
    SuggestionAccept,
    SuggestionList,
    SuggestionReject,
    SuggestionsAccept,
    SuggestionsOrder,
)

__all__ = [
    "FigureDetail",
    "PlanningRunDetail",
    "PlanningRunList",
    "PlanningStart",
    "SlowMoverList",
    "StationLevelList",
    "StockLevelCreate",
    "StockLevelList",
    "SuggestionAccept",
    "SuggestionList",
    "SuggestionReject",
    "SuggestionsAccept",
    "SuggestionsOrder",
]
