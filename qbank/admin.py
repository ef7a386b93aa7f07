"""The bank in the admin. Content comes from files: it is read here; only what no file says can be changed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, URLField
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.report_admin import ReportAdmin
from qbank.forms import UploadForm
from qbank.mistakes import title_of
from qbank.models import (
    Bank,
    IngestReport,
    Picture,
    Question,
    QuestionText,
    ReaderReport,
    Slug,
    Tag,
    Topic,
)
from qbank.origins import LARGEST_CONTENT, LARGEST_ZIP, MOST_ENTRIES
from qbank.reportable import passage_of, text_of
from qbank.reports import count_codes, write_html

LONGEST_REPORT = 500  # rows of a table that are shown; the rest is counted
COUNT_LABELS = {
    "files": _("files"),
    "questions": _("questions"),
    "texts": _("texts"),
    "added": _("added"),
    "changed": _("changed"),
    "moved": _("moved"),
    "retired": _("retired"),
    "restored": _("restored"),
    "described": _("described anew"),
    "unchanged": _("unchanged"),
}


class FromFiles:
    """Rows that an import makes: nobody adds them by hand."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Refuse."""
        return False


@admin.register(Bank)
class BankAdmin(FromFiles, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("slug", "language", "licence", "open_keys", "version", "updated_at")
    readonly_fields = ("slug", "language", "version", "updated_at")
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def get_urls(self) -> list[URLPattern]:
        """Add the page that imports a .zip."""
        upload = path("upload/", self.admin_site.admin_view(self.upload), name="qbank_bank_upload")
        return [upload, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the link to the import to those who may."""
        may = {"may_upload": self.has_change_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **may})

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Import a .zip and show its report; where it is refused, say why."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and (result := form.take_in()):
            report = result.bank.reports.first()
            self.message_user(request, _("Imported: %(bank)s") % {"bank": result.bank.slug}, messages.SUCCESS)
            return redirect("admin:qbank_ingestreport_change", report.pk if report else 0)
        limits = _("At most %(packed)d MB packed, %(size)d MB unpacked, %(entries)d files; no links.") % {
            "packed": LARGEST_ZIP // 2**20, "size": LARGEST_CONTENT // 2**20, "entries": MOST_ENTRIES,
        }  # fmt: skip
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, "limits": limits}
        return render(request, "admin/qbank/bank/upload.html", {**context, "title": _("Import a .zip")})


@admin.register(Topic)
class TopicAdmin(FromFiles, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("__str__", "slug", "bank", "order")
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
    list_display = ("number", "title", "topic", "difficulty", "lab", "state", "updated_at")
    list_display_links = ("title",)
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
        """Show the title in the editor's language, else in any."""
        texts = sorted(question.texts.all(), key=lambda text: text.language != get_language())
        return texts[0].title if texts else question.slug


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
    fields = ("bank", "created_at", "counts", "whole", "codes", "problem_table", "file_table")
    readonly_fields = fields

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Refuse: a report is read."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the report as one HTML file and as JSON."""
        own = [
            path(f"<int:pk>/report.{kind}", self.admin_site.admin_view(view), name=f"qbank_report_{kind}")
            for kind, view in (("html", self.as_html), ("json", self.as_json))
        ]
        return own + super().get_urls()

    def as_html(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give the whole report as a file."""
        report = self.readable(request, pk)
        page = write_html(
            bank=report.bank.slug,
            summary=report.summary,
            files=report.files,
            problems=report.problems,
            when=f"{report.created_at:%Y-%m-%d %H:%M} UTC",
        )
        name = f"{report.bank.slug}-{report.pk}.html"
        return HttpResponse(page, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    def as_json(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Give the whole report as data."""
        report = self.readable(request, pk)
        names = ("summary", "files", "problems")
        return JsonResponse({"bank": report.bank.slug, **{name: getattr(report, name) for name in names}})

    def readable(self, request: HttpRequest, pk: int) -> IngestReport:
        """Return the report if the reader may see it."""
        report = get_object_or_404(IngestReport.objects.select_related("bank"), pk=pk)
        if not self.has_view_permission(request, report):
            raise PermissionDenied
        return report

    @admin.display(description=_("counts"))
    def counts(self, report: IngestReport) -> str:
        """Write the counts on one line."""
        counted = ((COUNT_LABELS.get(name, name), count) for name, count in report.summary.items() if count)
        return " · ".join(f"{label} {count}" for label, count in counted)

    @admin.display(description=_("problems"))
    def problem_count(self, report: IngestReport) -> int:
        """Count the problems."""
        return len(report.problems)

    @admin.display(description=_("whole report"))
    def whole(self, report: IngestReport) -> SafeString:
        """Link to the report as files."""
        kinds = (("HTML", "html"), ("JSON", "json"))
        links = ((reverse(f"admin:qbank_report_{kind}", args=[report.pk]), name) for name, kind in kinds)
        return format_html_join(" ", '<a href="{}">{}</a>', links)

    @admin.display(description=_("codes"))
    def codes(self, report: IngestReport) -> str:
        """Count the problems of each kind."""
        return ", ".join(f"{code} {count}" for code, count in count_codes(report.problems)) or "–"

    @admin.display(description=_("files"))
    def file_table(self, report: IngestReport) -> SafeString:
        """Tell each file's dialect."""
        names = ("path", "dialect", "language", "questions")
        rows = [tuple(file[name] for name in names) for file in report.files]
        return _table((_("File"), _("Dialect"), _("Language"), _("Questions")), rows)

    @admin.display(description=_("problems"))
    def problem_table(self, report: IngestReport) -> SafeString:
        """Lay the problems out as a table."""
        rows = [
            (f"{p['path']}:{p['line']}", p["code"], p["message"], p.get("remedy", ""))
            for p in report.problems
        ]
        return _table((_("place"), _("code"), _("message"), _("remedy")), rows)


@admin.register(ReaderReport)
class ReaderReportAdmin(ReportAdmin):
    """What readers found wrong on a page."""

    list_display = ("about", "place_title", "kind", "short_note", "state", "created_at")
    list_filter = ("state", "kind", "page", "language")
    search_fields = ("question__slug", "lab", "place_title", "note", "quote")
    fields = (
        *("about", "place_title", "kind", "quote", "note", "passage"),
        *("created_at", "answered_at", "state", "reply"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReaderReport]:
        """Load the questions and their texts with the reports."""
        reports: QuerySet[ReaderReport] = super().get_queryset(request)
        return reports.select_related("question").prefetch_related("question__texts")

    @admin.display(description=_("page"))
    def about(self, report: ReaderReport) -> str:
        """Name the page."""
        return title_of(report)[0]

    @admin.display(description=_("What stands there now"))
    def passage(self, report: ReaderReport) -> SafeString:
        """Show the passage as it stands now, where its source is, and whether it changed meanwhile."""
        text = text_of(report)
        source = f"{text.path}:{text.line}" if text else ""
        changed = bool(text and report.checksum and text.checksum != report.checksum)
        url = f"{title_of(report)[1]}#{report.place}"
        return format_html(
            '<div class="passage" lang="{}">{}</div><a href="{}">{}</a> <code>{}</code> {}',
            report.language,
            passage_of(report),
            url,
            _("The page"),
            source,
            _("The text has changed since it was reported.") if changed else "",
        )


def _table(names: Iterable[object], rows: Sequence[tuple[object, ...]]) -> SafeString:
    """Write a table of the first rows, and how many more there are; a dash for none."""
    if not rows:
        return format_html("{}", "–")
    head = format_html_join("", "<th>{}</th>", ((name,) for name in names))
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        ((format_html_join("", "<td>{}</td>", ((cell,) for cell in row)),) for row in rows[:LONGEST_REPORT]),
    )
    more = len(rows) - LONGEST_REPORT
    table = "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}"
    return format_html(table, head, body, f"+ {more}" if more > 0 else "")
