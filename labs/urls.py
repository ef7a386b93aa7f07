"""Addresses of the labs' pages."""

from django.urls import path

from labs import views

urlpatterns = [
    path("labs/", views.labs, name="labs"),
    path("labs/playground/", views.play, name="playground"),
    path("labs/playground/answer/", views.replay, name="playground-answer"),
    path("labs/adapters/<uuid:pk>/delete/", views.delete_adapter, name="adapter-delete"),
    path("labs/ask/", views.ask, name="ask"),
    path("labs/runs/<uuid:pk>/", views.run, name="run"),
    path("labs/runs/<uuid:pk>/cancel/", views.cancel, name="run-cancel"),
    path("labs/runs/<uuid:pk>/result.csv", views.run_csv, name="run-csv"),
    path("labs/runs/<uuid:pk>/figures/<slug:name>/", views.run_figure, name="run-figure"),
    path("labs/<slug:slug>/", views.lab, name="lab"),
    path("labs/<slug:slug>/example.json", views.example_json, name="example-json"),
    path("labs/<slug:slug>/example.csv", views.example_csv, name="example-csv"),
    path("labs/<slug:slug>/grids/<slug:name>.csv", views.grid_csv, name="grid-csv"),
]
