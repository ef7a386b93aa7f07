"""Every address of the bank's API."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
