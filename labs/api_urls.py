"""Addresses of the labs' API, below /api/v1/labs/."""

from django.urls import path

from labs import api

urlpatterns = [
    path("", api.LabList.as_view(), name="api-labs"),
    path("model/", api.Model.as_view(), name="api-model"),
    path("answer/", api.Ask.as_view(), name="api-answer"),
    path("runs/", api.RunList.as_view(), name="api-runs"),
    path("runs/<uuid:pk>/", api.RunDetail.as_view(), name="api-run"),
    path("runs/<uuid:pk>/cancel/", api.CancelRun.as_view(), name="api-run-cancel"),
    path("runs/<uuid:pk>/events/", api.RunEvents.as_view(), name="api-run-events"),
    path("<slug:slug>/", api.LabDetail.as_view(), name="api-lab"),
]
