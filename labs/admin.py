"""Runs in the admin, to look at and to delete."""

from django.contrib import admin
from django.http import HttpRequest

from labs.models import LabRun


@admin.register(LabRun)
class LabRunAdmin(admin.ModelAdmin[LabRun]):
    """Runs are written by the runner alone."""

    list_display = ("id", "lab", "status", "failure", "attempt", "seed", "created_at", "finished_at")
    list_filter = ("status", "lab", "failure")
    date_hierarchy = "created_at"
    search_fields = ("id",)
    exclude = ("address_key",)
    readonly_fields = [field.name for field in LabRun._meta.fields if field.name != "address_key"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: runs are started on their lab's page."""
        return False
