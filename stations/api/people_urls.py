"""Addresses of the API of people, tools and training."""

from django.urls import URLPattern, URLResolver, path

from stations.api import people, training

urlpatterns: list[URLPattern | URLResolver] = [
    path("technicians/", people.Technicians.as_view(), name="api_technicians"),
    path("technicians/<int:pk>/", people.OneTechnician.as_view(), name="api_technician"),
    path("certificates/", people.Certificates.as_view(), name="api_certificates"),
    path("certificates/<int:pk>/revoke/", people.RevokeCertificate.as_view(), name="api_certificate_revoke"),
    path("equipment/", people.Pieces.as_view(), name="api_equipment"),
    path("equipment/<int:pk>/", people.OnePiece.as_view(), name="api_piece"),
    path("equipment/<int:pk>/move/", people.MovePiece.as_view(), name="api_piece_move"),
    path("equipment/<int:pk>/calibrate/", people.CalibratePiece.as_view(), name="api_piece_calibrate"),
    path("training-sessions/", training.Sessions.as_view(), name="api_sessions"),
    path("training-sessions/<str:number>/", training.OneSession.as_view(), name="api_session"),
    path("training-sessions/<str:number>/open/", training.OpenSession.as_view(), name="api_session_open"),
    path("enrollments/", training.Enrollments.as_view(), name="api_enrollments"),
    path("enrollments/<int:pk>/cancel/", training.CancelEnrollment.as_view(), name="api_enrollment_cancel"),
]
