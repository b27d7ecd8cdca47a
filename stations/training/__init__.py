"""The training center. Not here: the certificates themselves (people)."""

from stations.training.courses import (
    audience_of,
    latest_materials,
    not_opened,
    open_material,
    opened_of,
    publish_material,
    remind_of_material,
    unopened_by,
)
from stations.training.exams import (
    add_question,
    change_question,
    close_overdue_exams,
    draw_paper,
    enter_practical,
    questions_of,
    save_answers,
    score,
    start_exam,
    submit_exam,
)
from stations.training.learning import last_scores, learning_record, opened_shares
from stations.training.sessions import (
    cancel_enrollment,
    cancel_session,
    change_session,
    enroll,
    hold_session,
    open_session,
    plan_session,
)
from stations.training.volume import register_volume, volume_of

__all__ = [
    "add_question",
    "audience_of",
    "cancel_enrollment",
    "cancel_session",
    "change_question",
    "change_session",
    "close_overdue_exams",
    "draw_paper",
    "enroll",
    "enter_practical",
    "hold_session",
    "last_scores",
    "latest_materials",
    "learning_record",
    "not_opened",
    "open_material",
    "open_session",
    "opened_of",
    "opened_shares",
    "plan_session",
    "publish_material",
    "questions_of",
    "register_volume",
    "remind_of_material",
    "save_answers",
    "score",
    "start_exam",
    "submit_exam",
    "unopened_by",
    "volume_of",
]
