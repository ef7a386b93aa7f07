"""Learners in the admin."""

from django.contrib import admin

from accounts.models import Learner


@admin.register(Learner)
class LearnerAdmin(admin.ModelAdmin[Learner]):
    list_display = ("id", "user", "created_at")
    raw_id_fields = ("user",)
    readonly_fields = ("created_at",)
