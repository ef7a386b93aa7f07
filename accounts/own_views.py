"""The pages of who is signed in, or has a history: the e-mail address, the sessions, the reports."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.emails import LinkError, MailError, change_email, read_link, send_link
from accounts.forms import EmailForm
from accounts.limits import password_limits, reset_limits
from accounts.origin import own_origin
from accounts.reports import own_reports
from accounts.services import find_learner
from accounts.sign_ins import device_of, end_other_sessions, end_sign_ins, live_sign_ins, net_of
from accounts.views import account_of, form_page, posted, too_often

REPORTS = 20  # on a page


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask to sign in first, and come back."""
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': request.path})}")


def said(word: str, name: str = "account") -> HttpResponse:
    """Go to a page that says what was done."""
    return redirect(f"{reverse(name)}?{urlencode({'said': word})}")


@form_page
def email(request: HttpRequest) -> HttpResponse:
    """Take another e-mail address: a link is sent there; none needs no link."""
    user, template = account_of(request), "accounts/email.html"
    if user is None:
        return to_sign_in(request)
    context = {"account": user, "can_mail": bool(settings.EMAIL_HOST), "said": request.GET.get("said", "")}
    if request.method != "POST":
        return render(request, template, context | {"form": EmailForm(user=user)})
    limits = (
        *password_limits(user.get_username()),
        *reset_limits(posted(request, "email")),
    )
    if refused := too_often(request, template, EmailForm(user=user), *limits, **context):
        return refused
    form = EmailForm(request.POST, user=user)
    if not form.is_valid() or (form.cleaned_data["email"] and not settings.EMAIL_HOST):
        return render(request, template, context | {"form": form}, status=400)
    if not form.cleaned_data["email"]:
        change_email(user=user, email="")
        return said("email")
    try:
        send_link(request, user, form.cleaned_data["email"])
    except MailError:
        form.add_error("email", _("The mail could not be sent. Try again later."))
        return render(request, template, context | {"form": form}, status=503)
    return said("sent", "email-change")


@form_page
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Take a new address from its link where its account is signed in; by POST, as programs open links."""
    user, template = account_of(request), "accounts/email_confirm.html"
    if user is None:
        return to_sign_in(request)
    try:
        address = read_link(token, user)
        if request.method == "POST":
            change_email(user=user, email=address)
            return said("email")
    except LinkError:
        return render(request, template, {"address": ""}, status=404)
    return render(request, template, {"address": address})


@never_cache
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """List where the account is signed in."""
    user = account_of(request)
    if user is None:
        return to_sign_in(request)
    here = request.session.session_key
    rows = list(live_sign_ins(user))
    context = {
        "others": [row for row in rows if row.session_id != here],
        "here": next((row for row in rows if row.session_id == here), None),
        "device": device_of(request),
        "net": net_of(request),
        "said": request.GET.get("said", ""),
    }
    return render(request, "accounts/sessions.html", context)


@never_cache
@own_origin
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one other session of the account, or all others."""
    user = account_of(request)
    if user is None:
        return to_sign_in(request)
    here, wanted = request.session.session_key, request.POST.get("session", "")
    if wanted == "others":
        end_other_sessions(user, here)
    elif wanted.isdecimal() and len(wanted) < 19:
        end_sign_ins(user.sign_ins.exclude(session=here).filter(pk=int(wanted)))
    return said("ended", "sessions")


@never_cache
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """List what the visitor reported, with the answers."""
    page = Paginator(own_reports(find_learner(request)), REPORTS).get_page(request.GET.get("page"))
    return render(request, "accounts/reports.html", {"page": page, "said": request.GET.get("said", "")})
