"""The bank in the admin. Content comes from files: it is read here; only what no file says can be changed."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from qbank.models import Bank, IngestReport, Picture, Question, QuestionText, Slug, Tag, Topic

LONGEST_REPORT = 500  # problems shown; the rest is counted


class FromFiles:
    """Rows that an import makes: nobody adds them by hand."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Refuse."""
        return False


@admin.register(Bank)
class BankAdmin(FromFiles, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("slug", "language", "licence", "open_keys", "version", "updated_at")
    readonly_fields = ("slug", "language", "version", "updated_at")


@admin.register(Topic)
class TopicAdmin(FromFiles, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("slug", "bank", "order")
    list_filter = ("bank",)
    readonly_fields = ("bank", "slug")


class QuestionTextInline(FromFiles, admin.StackedInline):  # type: ignore[type-arg]
    model = QuestionText
    extra = 0
    can_delete = False
    fields = ("language", "place", "title", "tag_names", "gist", "answer", "placeholder")
    readonly_fields = fields

    @admin.display(description=_("place"))
    def place(self, text: QuestionText) -> str:
        """Tell file and line."""
        return f"{text.path}:{text.line}"

    @admin.display(description=_("Tags"))
    def tag_names(self, text: QuestionText) -> str:
        """List the tags on one line."""
        return ", ".join(tag.name for tag in text.tags.all())


class SlugInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Slug
    extra = 0


@admin.register(Question)
class QuestionAdmin(FromFiles, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("slug", "number", "title", "topic", "difficulty", "lab", "state", "updated_at")
    list_filter = ("state", "bank", "topic", "difficulty", "texts__placeholder")
    search_fields = ("slug", "key", "texts__title")
    list_select_related = ("topic",)
    readonly_fields = ("bank", "topic", "key", "number", "order", "created_at", "updated_at")
    inlines = (QuestionTextInline, SlugInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        """Load the texts with the questions."""
        return super().get_queryset(request).prefetch_related("texts")

    @admin.display(description=_("title"))
    def title(self, question: Question) -> str:
        """Show the title in some language."""
        return next((text.title for text in question.texts.all()), "")


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    search_fields = ("name",)


@admin.register(Picture)
class PictureAdmin(FromFiles, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("source", "bank", "file", "width", "height")
    list_filter = ("bank",)
    readonly_fields = ("bank", "source", "file", "width", "height")


@admin.register(IngestReport)
class IngestReportAdmin(FromFiles, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("created_at", "bank", "counts", "problem_count")
    list_filter = ("bank",)
    fields = ("bank", "created_at", "counts", "problem_table")
    readonly_fields = fields

    @admin.display(description=_("counts"))
    def counts(self, report: IngestReport) -> str:
        """Write the counts on one line."""
        return ", ".join(f"{name} {count}" for name, count in report.summary.items() if count)

    @admin.display(description=_("problems"))
    def problem_count(self, report: IngestReport) -> int:
        """Count the problems."""
        return len(report.problems)

    @admin.display(description=_("problems"))
    def problem_table(self, report: IngestReport) -> SafeString:
        """Lay the problems out as a table."""
        rows = format_html_join(
            "",
            "<tr><td>{}:{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            (
                (p["path"], p["line"], p["code"], p["message"], p.get("remedy", ""))
                for p in report.problems[:LONGEST_REPORT]
            ),
        )
        head = format_html(
            "<thead><tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr></thead>",
            _("place"), _("code"), _("message"), _("remedy"),
        )  # fmt: skip
        more = len(report.problems) - LONGEST_REPORT
        return format_html(
            "<table>{}<tbody>{}</tbody></table>{}", head, rows, f"+ {more}" if more > 0 else ""
        )
