"""Pages of the whole site: home, colour scheme, health, errors."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from config.api import PROBLEM_TYPE
from config.context_processors import THEMES
from labs.registry import LABS
from qbank.models import Topic
from quizzes.core.blueprint import DEFAULT_NUMBER

DESCRIPTION = gettext_noop(
    "Interview questions on large multimodal models and LoRA fine-tuning, with answers you can run."
)
LISTED = 8  # questions of each topic on the home page
DOOR = "initialisation"  # the lab that the home page starts: short, and the one that the bank is built around


def problem_response(code: int, title: str) -> JsonResponse:
    """Build a problem-details answer outside of the API's own views."""
    body = {"type": "about:blank", "title": title, "status": code}
    return JsonResponse(body, status=code, content_type=PROBLEM_TYPE)


def prefers_english(request: HttpRequest) -> bool:
    """Tell whether somebody arriving from elsewhere at / has a browser that asks for English first."""
    own = f"{request.scheme}://{request.get_host()}/"
    arriving = not request.headers.get("Referer", "").startswith(own)
    return arriving and translation.get_language_from_request(request) == "en"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page; / alone follows the browser's language."""
    if request.path == "/" and prefers_english(request):
        response: HttpResponse = redirect("/en/")
    else:
        topics = Topic.objects.listed(translation.get_language() or settings.LANGUAGE_CODE, limit=LISTED)
        context = {
            "topics": topics,
            "question_count": sum(topic.question_count for topic in topics),  # type: ignore[attr-defined]
            "labs": LABS.values(),
            "door": LABS[DOOR],
            "quiz_items": DEFAULT_NUMBER,
        }
        response = render(request, "home.html", context)
    patch_vary_headers(response, ["Accept-Language", "Referer"])
    return response


@csrf_exempt  # it stores a colour scheme and nothing else
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Store the colour scheme in a cookie and go back."""
    wanted = request.POST.get("theme", "")
    current = request.COOKIES.get("theme", "")
    if wanted == "toggle":
        wanted = "light" if current == "dark" else "dark"
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = redirect(back)
    if wanted in THEMES:
        response.set_cookie("theme", wanted, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.HTTPS)
    return response


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Show which keys do what; with script the same as a dialog on any page."""
    return render(request, "keys.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what is not for them, and where the map is. Personal pages say noindex themselves."""
    closed = ["/admin/", "/en/admin/", "/api/", "/prefs/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemaps'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """Describe the site as an app that can be installed, in the language of the address."""
    body = {
        "id": "/",
        "name": _("Runnable Bank"),
        "description": _(DESCRIPTION),
        "lang": "en" if translation.get_language() == "en" else "zh-Hans",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fbfcfb",
        "theme_color": "#fbfcfb",
        "icons": [
            {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(
                {"src": static(f"icons/icon-{n}.png"), "sizes": f"{n}x{n}", "type": "image/png"}
                for n in (192, 512)
            ),
            {
                "src": static("icons/icon-maskable-512.png"),
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            },
        ],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Tell that the process answers and its database too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 in the reader's language, to programs as problem details."""
    if request.path.startswith("/api/"):
        return problem_response(404, _("Not found."))
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that did not come from a page of ours."""
    return render(request, "403.html", {"reason": reason}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 with a page that needs nothing, to programs as problem details."""
    if request.path.startswith("/api/"):
        return problem_response(500, _("The server failed."))
    return HttpResponse(render_to_string("500.html"), status=500)
