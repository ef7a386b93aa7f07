"""Addresses of the labs' API, below /api/v1/labs/."""

from django.urls import path

from labs import api, model_api

urlpatterns = [
    path("", api.LabList.as_view(), name="api-labs"),
    path("model/", model_api.Model.as_view(), name="api-model"),
    path("answer/", model_api.Ask.as_view(), name="api-answer"),
    path("merge-check/", model_api.MergeCheck.as_view(), name="api-merge-check"),
    path("adapters/", model_api.AdapterList.as_view(), name="api-adapters"),
    path("adapters/<str:reference>/", model_api.AdapterDetail.as_view(), name="api-adapter"),
    path(
        "adapters/<str:reference>/download/", model_api.AdapterDownload.as_view(), name="api-adapter-download"
    ),
    path(
        "adapters/<str:reference>/files/<str:name>", model_api.AdapterFile.as_view(), name="api-adapter-file"
    ),
    path(
        "adapters/<str:reference>/parameters/",
        model_api.AdapterParameters.as_view(),
        name="api-adapter-parameters",
    ),
    path("runs/", api.RunList.as_view(), name="api-runs"),
    path("runs/<uuid:pk>/", api.RunDetail.as_view(), name="api-run"),
    path("runs/<uuid:pk>/cancel/", api.CancelRun.as_view(), name="api-run-cancel"),
    path("runs/<uuid:pk>/events/", api.RunEvents.as_view(), name="api-run-events"),
    path("<slug:slug>/", api.LabDetail.as_view(), name="api-lab"),
]
