"""Addresses of the roof: first page, worklists, jobs, imports, help."""

from django.urls import URLPattern, URLResolver, path

from portal.web.views.board import RegionBoard
from portal.web.views.finding import Scan, Search, Trail
from portal.web.views.import_columns import ImportColumns
from portal.web.views.imports import (
    ImportApply,
    ImportDetail,
    ImportDiscard,
    ImportErrors,
    ImportList,
    ImportPresent,
    ImportTemplate,
    ImportUpload,
)
from portal.web.views.jobs import JobDetail, JobList, cancel_job
from portal.web.views.notifications import NotificationList, OpenNotification, ReadAll
from portal.web.views.own import Icon, Menu
from portal.web.views.parts_figures import FillLines, PartsFigures
from portal.web.views.pictures import PictureView
from portal.web.views.saved_views import DropView, SaveView
from portal.web.views.today import Today

urlpatterns: list[URLPattern | URLResolver] = [
    path("", Today.as_view(), name="today"),
    path("favicon.ico", Icon.as_view(), name="icon"),
    path("board/", RegionBoard.as_view(), name="region_board"),
    path("menu/", Menu.as_view(), name="menu"),
    path("pictures/<str:key>/", PictureView.as_view(), name="picture"),
    path("parts-figures/", PartsFigures.as_view(), name="parts_figures"),
    path("parts-figures/lines/", FillLines.as_view(), name="fill_lines"),
    path("search/", Search.as_view(), name="search"),
    path("scan/", Scan.as_view(), name="scan"),
    path("trail/<str:root>/", Trail.as_view(), name="trail"),
    path("notifications/", NotificationList.as_view(), name="notification_list"),
    path("notifications/<int:pk>/", OpenNotification.as_view(), name="notification_open"),
    path("notifications/read/", ReadAll.as_view(), name="notification_read_all"),
    path("imports/", ImportList.as_view(), name="import_list"),
    path("imports/new/<str:kind>/", ImportUpload.as_view(), name="import_upload"),
    path("imports/template/<str:kind>/", ImportTemplate.as_view(), name="import_template"),
    path("imports/present/<str:kind>/", ImportPresent.as_view(), name="import_present"),
    path("imports/<int:pk>/", ImportDetail.as_view(), name="import_detail"),
    path("imports/<int:pk>/columns/", ImportColumns.as_view(), name="import_columns"),
    path("imports/<int:pk>/apply/", ImportApply.as_view(), name="import_apply"),
    path("imports/<int:pk>/discard/", ImportDiscard.as_view(), name="import_discard"),
    path("imports/<int:pk>/errors/", ImportErrors.as_view(), name="import_errors"),
    path("views/save/", SaveView.as_view(), name="saved_view_save"),
    path("views/<int:pk>/drop/", DropView.as_view(), name="saved_view_drop"),
    path("jobs/", JobList.as_view(), name="job_list"),
    path("jobs/<int:pk>/", JobDetail.as_view(), name="job_detail"),
    path("jobs/<int:pk>/cancel/", cancel_job, name="job_cancel"),
]
