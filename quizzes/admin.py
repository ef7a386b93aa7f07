"""Items and attempts in the admin. What was asked is history: it is read there, not changed."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.report_admin import ReportAdmin
from quizzes.core.items import BLANK
from quizzes.draft_queue import accepted_of, faces_of
from quizzes.item_forms import WriteItemForm
from quizzes.models import Attempt, AttemptItem, Item
from quizzes.quality import FLAG_LABELS, FlawReport, ItemStatistics
from quizzes.sheets import plain
from quizzes.statistics import roll_up_items

LISTED_STEM = 70  # characters


class ReportedFilter(admin.SimpleListFilter):
    """Items with reports that wait."""

    title = _("open reports")
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("at least one")), ("3", _("three and more"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Item]) -> QuerySet[Item]:
        least = {"1": 1, "3": 3}.get(self.value() or "")
        return queryset.filter(open_reports__gte=least) if least else queryset  # type: ignore[misc]


@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Items follow their texts; an editor withdraws one by making it a draft, or writes one here."""

    list_display = (
        *("stem", "language", "kind", "state"),
        *("responses", "facility", "discrimination", "flags", "reports"),
    )
    list_filter = (
        *("statistics__is_flagged", ReportedFilter, "state", "source", "kind", "language", "question__topic"),
    )
    actions = ("roll_up", "make_drafts")
    search_fields = ("key", "ref", "question__slug", "stem_html")
    list_select_related = ("statistics",)
    fields = (
        *("state", "shown", "question", "text", "language", "kind", "source"),
        *("key", "ref", "version", "checksum", "span_hash", "created_at", "updated_at"),
    )
    readonly_fields = tuple(name for name in fields if name != "state")

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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        waiting = Q(flaw_reports__state=FlawReport.State.OPEN)
        items: QuerySet[Item] = super().get_queryset(request)
        return items.annotate(open_reports=Count("flaw_reports", filter=waiting))

    @admin.display(description=_("item"), ordering="key")
    def stem(self, item: Item) -> str:
        return Truncator(plain(item.stem_html)).chars(LISTED_STEM)

    @admin.display(description=_("as it is asked, with its key"))
    def shown(self, item: Item) -> SafeString:
        """Show the item as it is asked, with its key."""
        return lay_out(Item.objects.select_related("answer").get(pk=item.pk))

    @admin.display(description=_("first responses"), ordering="statistics__responses")
    def responses(self, item: Item) -> int:
        return statistics_of(item).responses

    @admin.display(description=_("facility"), ordering="statistics__facility")
    def facility(self, item: Item) -> str:
        return shown_number(statistics_of(item).facility)

    @admin.display(description=_("discrimination"), ordering="statistics__discrimination")
    def discrimination(self, item: Item) -> str:
        return shown_number(statistics_of(item).discrimination)

    @admin.display(description=_("speaks against it"))
    def flags(self, item: Item) -> str:
        return ", ".join(str(FLAG_LABELS[flag]) for flag in statistics_of(item).flags)

    @admin.display(description=_("open reports"), ordering="open_reports")
    def reports(self, item: Item) -> int:
        return item.open_reports  # type: ignore[attr-defined, no-any-return]

    @admin.action(description=_("Add up all responses now"))
    def roll_up(self, request: HttpRequest, queryset: QuerySet[Item]) -> None:
        counts = roll_up_items()
        self.message_user(request, _("%(items)s items added up, %(flagged)s flagged.") % counts)

    @admin.action(description=_("Take out of quizzes (make drafts)"))
    def make_drafts(self, request: HttpRequest, queryset: QuerySet[Item]) -> None:
        published = Item.objects.filter(pk__in=queryset.values("pk"), state=Item.State.PUBLISHED)
        count = published.update(state=Item.State.DRAFT, updated_at=timezone.now())
        self.message_user(request, _("%(count)s items are drafts now.") % {"count": count})


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


@admin.register(FlawReport)
class FlawReportAdmin(ReportAdmin):
    """What learners found wrong with items."""

    list_display = ("item_stem", "kind", "short_note", "of_the_item", "state", "created_at")
    list_filter = ("state", "kind", "item__kind")
    search_fields = ("item__key", "item__ref", "note")
    list_select_related = ("item",)
    fields = ("kind", "note", "passage", "created_at", "answered_at", "state", "reply")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FlawReport]:
        others = FlawReport.objects.filter(item=OuterRef("item"), state=FlawReport.State.OPEN).order_by()
        count = others.values("item").annotate(count=Count("pk")).values("count")
        reports: QuerySet[FlawReport] = super().get_queryset(request)
        return reports.annotate(waiting=Coalesce(Subquery(count), 0))

    @admin.display(description=_("item"))
    def item_stem(self, report: FlawReport) -> str:
        return Truncator(plain(report.item.stem_html)).chars(LISTED_STEM)

    @admin.display(description=_("The item"))
    def passage(self, report: FlawReport) -> SafeString:
        """Show the item with its key, and lead to it and to its question."""
        item = Item.objects.select_related("answer", "question").get(pk=report.item_id)
        return format_html(
            '{}<a href="{}">{}</a> · <a href="{}">{}</a>',
            lay_out(item),
            reverse("admin:quizzes_item_change", args=[item.pk]),
            _("The item"),
            item.question.get_absolute_url(),
            _("question"),
        )

    @admin.display(description=_("open reports of the item"), ordering="waiting")
    def of_the_item(self, report: FlawReport) -> int:
        return report.waiting  # type: ignore[attr-defined, no-any-return]


def lay_out(item: Item) -> SafeString:
    """Write an item with its key marked, as an editor reads it."""
    whole = item.whole()
    marks = ((mark_safe(face.html), " ✓" if face.is_key else "") for face in faces_of(whole))
    accepted = (("", form) for form in accepted_of(whole))
    return format_html(
        '<div class="passage" lang="{}">{}<ul>{}{}</ul>{}</div>',
        item.language,
        mark_safe(item.stem_html.replace(BLANK, "____")),  # sanitised at ingest, as the options are
        format_html_join("", "<li>{}{}</li>", marks),
        format_html_join("", "<li>{}<b>{}</b></li>", accepted),
        mark_safe(whole.rationale),
    )


def statistics_of(item: Item) -> ItemStatistics:
    """Return an item's statistics, empty where it was never answered."""
    return getattr(item, "statistics", None) or ItemStatistics(responses=0)


def shown_number(value: float | None) -> str:
    """Write a figure with two decimals."""
    return "–" if value is None else f"{value:.2f}"
