"""Visits to premises: checklists, planning, filling in, judging. Not here: what must be put right (rectification)."""

from stations.inspections.checklists import new_version, put_in_use, retire_template, template_for, template_in_use
from stations.inspections.filling import FINDING_LENGTH, Place, Progress, add_photo, progress_of, save_visit
from stations.inspections.finishing import FINDINGS_LENGTH, Signature, finish_visit, record_inspection
from stations.inspections.judging import Rated, Result, judge, judge_now, outcome_of
from stations.inspections.planning import (
    begin_inspection,
    begin_visit,
    cancel_visit,
    plan_reevaluations,
    plan_visit,
)
from stations.inspections.refusals import (
    BadRating,
    FindingsMissing,
    ItemsUnanswered,
    NoTemplate,
    NothingToInspect,
    NotInspector,
    NotOpen,
    PhotosMissing,
    PlannedInPast,
    SignatureMissing,
    StationGone,
    TemplateEmpty,
    TemplateNotDraft,
    VisitPlanned,
)
from stations.rectification import RectificationTooLong, miss_overdue

__all__ = [
    "FINDINGS_LENGTH",
    "FINDING_LENGTH",
    "BadRating",
    "FindingsMissing",
    "ItemsUnanswered",
    "NoTemplate",
    "NotInspector",
    "NotOpen",
    "NothingToInspect",
    "PhotosMissing",
    "Place",
    "PlannedInPast",
    "Progress",
    "Rated",
    "RectificationTooLong",
    "Result",
    "Signature",
    "SignatureMissing",
    "StationGone",
    "TemplateEmpty",
    "TemplateNotDraft",
    "VisitPlanned",
    "add_photo",
    "begin_inspection",
    "begin_visit",
    "cancel_visit",
    "finish_visit",
    "judge",
    "judge_now",
    "miss_overdue",
    "new_version",
    "outcome_of",
    "plan_reevaluations",
    "plan_visit",
    "progress_of",
    "put_in_use",
    "record_inspection",
    "retire_template",
    "save_visit",
    "template_for",
    "template_in_use",
]
