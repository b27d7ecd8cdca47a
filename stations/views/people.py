"""People of a station: who works there, inviting, changing, ending, taking back."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.pages import Action, OperationView, ScopedDetailView
from stations import people
from stations.forms.people import PersonForm, ReasonForm, RoleForm, TechnicianForm
from stations.models import Membership, Station, StationGap, Technician
from stations.people.open_work import open_jobs_of
from stations.people.pictures import station_matrix
from stations.views.stations import StationOperation


class StationPeople(ScopedDetailView):
    """Who works at the station: log-ins, technicians, skills, and what is lacking."""

    model = Station
    permission = "stations.view_technician"
    template_name = "stations/people.html"
    select_related = ["center__region", "dealer"]

    def get_title(self) -> Any:
        return _("People and skills")

    def get_subtitle(self) -> Any:
        return f"{self.get_object().code} {self.get_object()}"

    def get_actions(self) -> Sequence[Action]:
        pk = self.get_object().pk
        return [
            Action(_("Add a clerk"), reverse("station_invite_clerk", args=[pk]), "stations.manage_staff"),
            Action(_("Add a technician"), reverse("technician_add", args=[pk]), "stations.manage_staff", "primary"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        station, user, today = self.get_object(), self.request.user, clock.today()
        mine = Technician.objects.visible_to(user).filter(station=station).order_by("-is_active", "name")
        technicians = list(mine.prefetch_related("certificates__family", "ratings"))
        staff = []
        if user.has_perm("stations.view_membership"):
            visible = Membership.objects.visible_to(user).values("pk")
            staff = list(people.staff_of(station).filter(pk__in=visible).prefetch_related("user__invitations"))
        return super().get_context_data(**kwargs) | {
            "staff": [_described(row, today) for row in staff],
            "technicians": [_with_skills(person, today) for person in technicians],
            "matrix": station_matrix(technicians, today),
            "gaps": gaps_for(station) if user.has_perm("stations.view_stationgap") else [],
            "today": today,
        }


def gaps_for(station: Station) -> Any:
    """The station's written gaps with what their sentences name."""
    return StationGap.objects.filter(station=station).select_related("family", "item", "equipment__item")


def _described(row: Membership, today: Any) -> Membership:
    """The membership with its log-in state for the page."""
    ended = row.valid_to is not None and row.valid_to <= today
    waiting = None
    if not row.user.has_usable_password():
        open_links = [each for each in row.user.invitations.all() if not each.used_at and each.expires_at > clock.now()]
        waiting = open_links[-1] if open_links else None
    row.is_over = ended  # type: ignore[attr-defined]
    row.accepted = row.user.has_usable_password()  # type: ignore[attr-defined]
    row.invitation = waiting  # type: ignore[attr-defined]
    return row


def _with_skills(person: Technician, today: Any) -> Technician:
    person.held = [each for each in person.certificates.all() if each.valid_to > today]  # type: ignore[attr-defined]
    rated = [each for each in person.ratings.all() if each.valid_from <= today]
    person.stars = max(rated, key=lambda each: each.valid_from).stars if rated else 0  # type: ignore[attr-defined]
    return person


class InviteOwner(StationOperation):
    permission = "stations.invite_owner"
    form_class = PersonForm
    title = _("Invite the owner")
    intro = _("The owner sets a password by the link and then manages staff, orders, jobs and claims of the station.")
    submit_label = _("Invite")

    def get_initial(self) -> dict[str, Any]:
        station = self.object
        given = {"username": station.phone, "display_name": station.contact_name, "phone": station.phone}
        return super().get_initial() | given

    def operate(self, form: Any) -> Any:
        self.told(people.invite_owner(self.object, actor=self.request.user, **form.cleaned_data))
        return self.object


class InviteClerk(StationOperation):
    permission = "stations.manage_staff"
    form_class = PersonForm
    title = _("Add a clerk")
    intro = _("The clerk sets a password by the link, orders parts and files claims for this station.")
    submit_label = _("Invite")

    def operate(self, form: Any) -> Any:
        self.told(people.invite_clerk(self.object, actor=self.request.user, **form.cleaned_data))
        return self.object


class AddTechnician(StationOperation):
    permission = "stations.manage_staff"
    form_class = TechnicianForm
    title = _("Add a technician")
    submit_label = _("Add")
    success_message = _("Added. Jobs need a certificate for the product family.")

    def operate(self, form: Any) -> Any:
        _person, link = people.add_technician(self.object, actor=self.request.user, **form.cleaned_data)
        if link:
            self.told(link)
        return self.object


class StaffOperation(OperationView):
    """Something done to one person's membership of a station."""

    model = Membership
    permission = "stations.manage_staff"
    select_related = ["user", "station", "dealer"]

    def get_subtitle(self) -> Any:
        return f"{self.object.user} · {self.object.node}"

    def get_cancel_url(self) -> str:
        return people_url(self.object)


def people_url(membership: Membership) -> str:
    """The people page of the station, or of the dealer's first."""
    row = membership.station or (membership.dealer and membership.dealer.stations.order_by("pk").first())
    return reverse("station_people", args=[row.pk]) if row else reverse("station_list")


class EndMembership(StaffOperation):
    title = _("End the membership")
    submit_label = _("End it")
    danger = True
    form_class = ReasonForm
    success_message = _("Ended. Every browser of theirs is logged out.")

    def get_intro(self) -> Any:
        text = _("From now on the person sees nothing of the station any more; what they did stays on record.")
        technician = Technician.objects.filter(user=self.object.user_id, station=self.object.station_id).first()
        jobs = open_jobs_of(technician) if technician else []
        if not jobs:
            return text
        named = _("Open jobs that somebody else must take: %(jobs)s.") % {"jobs": ", ".join(jobs)}
        return f"{text} {named}"

    def operate(self, form: Any) -> Any:
        people.end_membership(self.object, actor=self.request.user, **form.cleaned_data)
        return people_url(self.object)


class ReactivateMember(StaffOperation):
    title = _("Take up the membership again")
    intro = _("From today the person can log in and act here again, in the role they had.")
    submit_label = _("Take it up again")
    success_message = _("The person can log in again.")

    def operate(self, form: Any) -> Any:
        people.reactivate_member(self.object, actor=self.request.user)
        return people_url(self.object)


class ChangeRole(StaffOperation):
    title = _("Change the role")
    form_class = RoleForm
    intro = _("A clerk orders parts and files claims; a technician goes to customers.")
    success_message = _("The role is changed.")

    def operate(self, form: Any) -> Any:
        people.change_role(self.object, actor=self.request.user, **form.cleaned_data)
        return people_url(self.object)


class InviteAgain(StaffOperation):
    title = _("Send the invitation again")
    intro = _("A new link is made, good for 14 days; the earlier one ends.")
    submit_label = _("Make a new link")

    def operate(self, form: Any) -> Any:
        tell_link(self.request, people.invite_again(self.object, actor=self.request.user))
        return people_url(self.object)


def tell_link(request: Any, link: str) -> None:
    """The link stands once above the next page; only its hash is kept."""
    from django.contrib import messages
    from django.utils.translation import gettext

    messages.info(request, gettext("Send this link; it is shown only now: %(link)s") % {"link": link})


class RevokeInvitation(StaffOperation):
    title = _("Revoke the invitation")
    intro = _("The link opens nothing any more, and the person is no member of the station.")
    submit_label = _("Revoke")
    danger = True
    success_message = _("Revoked.")

    def operate(self, form: Any) -> Any:
        people.revoke_invitation(self.object, actor=self.request.user)
        return people_url(self.object)
