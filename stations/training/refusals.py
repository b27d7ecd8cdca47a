"""What the training center refuses."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal


class NothingPublished(Refusal):
    """Material is files."""

    message = _("Choose at least one file.")
    code = "no_files"


class BadPeriod(Refusal):
    """A session has a beginning before its end."""

    message = _("The session would end at %(end)s, before it starts at %(start)s.")
    code = "session_ends_before_start"


class SeatsTaken(Refusal):
    """Seats already given are not taken away."""

    message = _("%(taken)s seats are already given; got %(got)s.")
    code = "seats_taken"


class NotOpen(Refusal):
    """One enrolls for sessions that are open and lie ahead."""

    message = _("Session %(session)s is “%(status)s”; enrollment is not open.")
    code = "session_not_open"


class SessionBegun(Refusal):
    """Too late."""

    message = _("Session %(session)s has already begun.")
    code = "session_begun"


class SessionAhead(Refusal):
    """Attendance is taken when it has begun."""

    message = _("Session %(session)s has not begun yet.")
    code = "session_not_begun"


class AlreadyEnrolled(Refusal):
    """Once per session."""

    message = _("%(technician)s is already enrolled in session %(session)s.")
    code = "already_enrolled"


class NotAtWork(Refusal):
    """Courses and exams are for technicians at work."""

    message = _("%(technician)s is not at work.")
    code = "technician_not_at_work"


class NoExam(Refusal):
    """A paper needs a bank."""

    message = _("The course has no questions yet.")
    code = "no_questions"


class NoAttemptLeft(Refusal):
    """Attempts within twelve months are limited D."""

    message = _("All %(limit)s attempts within twelve months are used; the next is possible from %(day)s.")
    code = "no_attempt_left"


class ExamRunning(Refusal):
    """One paper at a time."""

    message = _("An exam is already under way: %(course)s.")
    code = "exam_running"


class TimeIsUp(Refusal):
    """Answers count until the end of the time."""

    message = _("The time was up at %(ends)s; what was saved until then counts.")
    code = "time_is_up"


class ExamOver(Refusal):
    """Handed in is handed in."""

    message = _("The paper has been handed in.")
    code = "exam_over"


class BadPoints(Refusal):
    """Points are whole and within the part's full score."""

    message = _("Got %(got)s points, expected 0 to %(high)s.")
    code = "points_out_of_range"


class BadQuestion(Refusal):
    """A question can be answered."""

    message = _("Expected at least two choices: at least one right and at least one wrong.")
    code = "question_unanswerable"


class BadAnswer(Refusal):
    """An answer names choices of the paper's own questions."""

    message = _("“%(got)s” is no choice of question %(question)s.")
    code = "unknown_choice"
