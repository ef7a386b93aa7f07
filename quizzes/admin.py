"""Items and attempts in the admin. What was asked is history: it is read there, not changed."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from quizzes.item_forms import WriteItemForm
from quizzes.models import Attempt, AttemptItem, Item, ItemKey


class ItemKeyInline(admin.StackedInline):  # type: ignore[type-arg]
    model = ItemKey
    can_delete = False
    readonly_fields = ("key",)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Items follow their texts; an editor withdraws one by making it a draft, or writes one here."""

    list_display = ("key", "question", "language", "kind", "source", "state", "version", "updated_at")
    list_filter = ("state", "source", "kind", "language", "question__topic")
    search_fields = ("key", "ref", "question__slug", "stem_html")
    list_select_related = ("question",)
    fields = (
        *("question", "text", "ref", "key", "language", "kind", "source", "state", "version"),
        *("stem_html", "sheet", "checksum", "span_hash", "created_at", "updated_at"),
    )
    readonly_fields = tuple(name for name in fields if name != "state")
    inlines = (ItemKeyInline,)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take an item in the form of authored ones."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = WriteItemForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and (item := form.take_in()):
            self.message_user(request, _("Published: %(key)s") % {"key": item.key}, messages.SUCCESS)
            return redirect("admin:quizzes_item_change", item.pk)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form}
        return render(request, "admin/quizzes/item/write.html", {**context, "title": _("Write an item")})


class AttemptItemInline(admin.TabularInline):  # type: ignore[type-arg]
    model = AttemptItem
    extra = 0
    can_delete = False
    fields = ("position", "item", "response", "score", "answered_at", "duration_ms", "self_marks")
    readonly_fields = fields
    ordering = ("position",)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Attempt)
class AttemptAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "learner", "mode", "language", "seed", "started_at", "finished_at")
    list_filter = ("mode", "language", "started_at")
    search_fields = ("id", "learner__id", "learner__user__username", "seed")
    list_select_related = ("learner__user",)
    fields = ("learner", "blueprint", "seed", "mode", "language", "pool_version", "started_at", "finished_at")
    readonly_fields = fields
    inlines = (AttemptItemInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
