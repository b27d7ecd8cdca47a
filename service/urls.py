"""Addresses of service."""

from django.urls import URLPattern, URLResolver, path

from service.views import desk, intake, jobs, public, units

urlpatterns: list[URLPattern | URLResolver] = [
    path("intake/", intake.Intake.as_view(), name="intake"),
    path("intake/faults/", intake.FaultSuggestions.as_view(), name="fault_suggestions"),
    path("requests/", desk.RequestList.as_view(), name="request_list"),
    path("requests/<str:number>/", desk.RequestDetail.as_view(), name="request_detail"),
    path("requests/<str:number>/dispatch/", desk.DispatchRequest.as_view(), name="request_dispatch"),
    path("requests/<str:number>/offer/", desk.OfferRequest.as_view(), name="request_offer"),
    path("requests/<str:number>/answer/", desk.AnswerRequest.as_view(), name="request_answer"),
    path("requests/<str:number>/close/", desk.CloseRequest.as_view(), name="request_close"),
    path("requests/<str:number>/cancel/", desk.CancelRequest.as_view(), name="request_cancel"),
    path("units/", units.UnitList.as_view(), name="unit_list"),
    path("units/<int:pk>/", units.UnitDetail.as_view(), name="unit_detail"),
    path("today/", jobs.MyJobs.as_view(), name="my_jobs"),
    path("jobs/", jobs.WorkOrderList.as_view(), name="work_order_list"),
    path("jobs/<str:number>/", jobs.WorkOrderDetail.as_view(), name="work_order_detail"),
    path("jobs/<str:number>/accept/", jobs.AcceptJob.as_view(), name="work_order_accept"),
    path("jobs/<str:number>/decline/", jobs.DeclineJob.as_view(), name="work_order_decline"),
    path("jobs/<str:number>/technician/", jobs.AssignTechnician.as_view(), name="work_order_assign"),
    path("jobs/<str:number>/appointment/", jobs.FixAppointment.as_view(), name="work_order_appoint"),
    path("jobs/<str:number>/check-in/", jobs.CheckIn.as_view(), name="work_order_check_in"),
    path("jobs/<str:number>/parts/", jobs.AddPart.as_view(), name="work_order_part"),
    path("jobs/<str:number>/parts/<int:line>/back/", jobs.PutPartBack.as_view(), name="work_order_part_back"),
    path("jobs/<str:number>/hours/", jobs.AddHours.as_view(), name="work_order_hours"),
    path("jobs/<str:number>/hours/<int:line>/remove/", jobs.RemoveHours.as_view(), name="work_order_hours_remove"),
    path("jobs/<str:number>/photos/", jobs.AddPhotos.as_view(), name="work_order_photos"),
    path("jobs/<str:number>/complete/", jobs.CompleteJob.as_view(), name="work_order_complete"),
    path("status/<str:token>/", public.request_status, name="request_status"),
]
