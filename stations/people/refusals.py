"""What operations on people refuse."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal


class OwnMembership(Refusal):
    """Nobody locks themselves out, nor changes their own role."""

    message = _("You cannot end or change your own membership.")
    code = "own_membership"


class StationLeft(Refusal):
    """Nobody begins anything at a station that has left the network."""

    message = _("%(station)s has left the network.")
    code = "station_left"


class AlreadyIn(Refusal):
    """There is nothing to invite or to take back."""

    message = _("%(person)s can already log in.")
    code = "already_in"


class NotChangeable(Refusal):
    """Only clerks and technicians of a station change into each other."""

    message = _("Only a clerk can become a technician, and a technician a clerk.")
    code = "role_not_changeable"


class EndsBeforeStart(Refusal):
    """A certificate is valid on at least one day."""

    message = _("The certificate would end on %(end)s, before or on its first day %(start)s.")
    code = "certificate_ends_before_start"


class AlreadyRevoked(Refusal):
    """A certificate is revoked once."""

    message = _("The certificate was revoked on %(day)s.")
    code = "certificate_revoked"


class NotInForce(Refusal):
    """What has ended by itself needs no revocation."""

    message = _("The certificate ended on %(day)s.")
    code = "certificate_over"


class SayWhy(Refusal):
    """Taking something away, or judging somebody, is explained."""

    message = _("Say why, in at least %(least)s characters.")
    code = "reason_missing"


class BadStars(Refusal):
    """Stars are whole and few."""

    message = _("Got %(got)s stars, expected 1 to 5.")
    code = "stars_out_of_range"


class WrongStation(Refusal):
    """A technician goes to another active station of the same dealer."""

    message = _("%(station)s is not another active station of the same dealer.")
    code = "wrong_station"


class TransferPending(Refusal):
    """One wish at a time."""

    message = _("A transfer to %(station)s already waits for consent.")
    code = "transfer_pending"


class OpenJobs(Refusal):
    """Jobs stay with the station: somebody else must take them first."""

    message = _("Open jobs of %(technician)s must be given to somebody else first: %(jobs)s.")
    code = "open_jobs"


class GoodsHeld(Refusal):
    """What somebody carries belongs to the station they leave."""

    message = _("%(technician)s still carries goods of the station: %(goods)s. Unload them first.")
    code = "goods_held"


SHORTEST_REASON = 4


def said(reason: str) -> str:
    """The reason without blanks around it. Raises SayWhy when it says nothing."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise SayWhy(field="reason", least=SHORTEST_REASON)
    return reason.strip()[:200]
