"""Runs and adapters in the admin, to look at and to delete."""

from django.contrib import admin
from django.http import HttpRequest

from labs.models import Adapter, LabRun


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


@admin.register(Adapter)
class AdapterAdmin(admin.ModelAdmin[Adapter]):
    """Adapters are left by runs alone; the file of a deleted one goes with the next pruning."""

    list_display = ("name", "task", "learner", "size", "accuracy", "created_at")
    list_filter = ("task",)
    list_select_related = ("learner__user",)
    search_fields = ("id", "checksum")
    readonly_fields = [field.name for field in Adapter._meta.fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: adapters are trained."""
        return False
