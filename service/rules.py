"""Who may do what on the service desk and on jobs."""

from portal.accounts.permissions import allow, allow_model
from portal.accounts.roles import Role

DESK = (Role.AGENT, Role.SERVICE_MANAGER)
STATION = (Role.STATION_OWNER, Role.STATION_CLERK)
READERS = (
    Role.REVIEWER,
    Role.APPROVER,
    Role.APPRAISER,
    Role.WAREHOUSE,
    Role.QUALITY,
    Role.RND_OWNER,
    Role.FINANCE,
    Role.REGION_MANAGER,
    Role.CENTER_CLERK,
)

for _model in ("customer", "installedunit", "usagereading", "servicerequest", "workorder", "issuedpart", "workedhours"):
    allow_model(
        f"service.{_model}",
        view=(*READERS, *STATION, Role.TECHNICIAN),
        change=DESK,
    )
for _model in ("faultcode", "laboroperation"):
    allow_model(
        f"service.{_model}",
        view=(*DESK, *READERS, *STATION, Role.TECHNICIAN),
        change=(Role.SERVICE_MANAGER, Role.QUALITY),
    )

allow("service.take_request", *DESK)
allow("service.dispatch_request", *DESK)
allow("service.close_request", *DESK)
allow("service.cancel_request", *DESK)
allow("service.accept_workorder", *STATION)
allow("service.decline_workorder", *STATION)
allow("service.assign_workorder", *STATION)
allow("service.appoint_workorder", *STATION, Role.TECHNICIAN)
allow("service.work_workorder", *STATION, Role.TECHNICIAN)
allow("service.export_lists", Role.SERVICE_MANAGER, Role.QUALITY, Role.AUDITOR)  # names of customers leave with them
