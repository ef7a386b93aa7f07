"""The pages of the account: sign up, in and out, passwords, taking everything away, deleting it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlsafe_base64_decode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.emails import MailError, send_link
from accounts.forms import ChangePasswordForm, DeleteForm, Fielded, SignInForm, SignUpForm
from accounts.limits import (
    Limit,
    password_limits,
    reset_limits,
    seconds_to_wait,
    sign_in_limits,
    sign_up_limits,
)
from accounts.merging import claim_learner, delete_everything, export_zip
from accounts.models import Learner
from accounts.origin import own_origin
from accounts.services import LearnerHandle, find_learner

View = Callable[..., HttpResponse]
LONGEST_NAME = 254


class NewPasswordForm(Fielded, SetPasswordForm):  # type: ignore[type-arg]
    """A new password, by the link that a mail brought."""


class AskForm(Fielded, PasswordResetForm):
    """Where to send the link."""


def form_page(view: View) -> View:
    """Guard a page with a form: own origin, nothing kept by anybody, no password in an error report."""

    @sensitive_post_parameters()
    @never_cache
    @own_origin
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    return wrapper


def account_of(request: HttpRequest) -> User | None:
    """Return the account that is signed in."""
    return request.user if isinstance(request.user, User) else None


@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show whose history this is, and what can be done with it."""
    said = request.GET.get("said", "")
    learner = find_learner(request)
    context = {"account": account_of(request), "learner": learner, "said": said}
    return render(request, "accounts/account.html", context)


def next_page(request: HttpRequest) -> str:
    """Return where a request wants to go afterwards: an address of this site, "" for none."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return ""


def _enter(request: HttpRequest, user: User, said: str) -> HttpResponse:
    """Sign in, move the cookie's history into the account, and drop the cookie."""
    visitor = visitor_of(request)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    said = f"{said}-moved" if visitor else said
    response = redirect(next_page(request) or f"{reverse('account')}?{urlencode({'said': said})}")
    move_in(request, response, user, visitor)
    return response


def visitor_of(request: HttpRequest) -> Learner | None:
    """Return the learner of the cookie of who is not signed in."""
    return find_learner(request) if account_of(request) is None else None


def move_in(request: HttpRequest, response: HttpResponse, user: User, visitor: Learner | None) -> None:
    """Move a visitor's history into the account that just signed in, and drop the cookie."""
    claim_learner(user=user, learner=visitor)
    request.learners = LearnerHandle(request)  # type: ignore[attr-defined]
    response.delete_cookie(settings.LEARNER_COOKIE_NAME, samesite="Lax")


def too_often(
    request: HttpRequest, template: str, form: forms.BaseForm, *limits: Limit, **context: Any
) -> HttpResponse | None:
    """Count a try; answer 429 when there were too many."""
    seconds = seconds_to_wait(request, *limits)
    if not seconds:
        return None
    context |= {"form": form, "minutes": -(-seconds // 60), "next": next_page(request)}
    response = render(request, template, context, status=429)
    response["Retry-After"] = str(seconds)
    return response


def posted(request: HttpRequest, field: str) -> str:
    """Return a field as limits count it."""
    return request.POST.get(field, "").strip()[:LONGEST_NAME]


@form_page
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in; what was answered before without an account joins its history."""
    template = "accounts/sign_in.html"
    if request.method == "POST":
        if refused := too_often(
            request, template, SignInForm(request), *sign_in_limits(posted(request, "username"))
        ):
            return refused
        form = SignInForm(request, request.POST)
        if form.is_valid():
            return _enter(request, form.get_user(), "in")
        return render(request, template, {"form": form, "next": next_page(request)}, status=400)
    return render(request, template, {"form": SignInForm(request), "next": next_page(request)})


@form_page
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account; what was answered before without one becomes its history."""
    template = "accounts/sign_up.html"
    if request.method == "POST":
        if refused := too_often(request, template, SignUpForm(), *sign_up_limits()):
            return refused
        form = SignUpForm(request.POST)
        email = form.cleaned_data.get("email", "") if form.is_valid() else ""
        if email and (refused := too_often(request, template, form, *reset_limits(email))):
            return refused
        if form.is_valid() and (user := _made(form)):
            return _enter(request, user, _asked(request, user, email))
        return render(request, template, {"form": form, "next": next_page(request)}, status=400)
    return render(request, template, {"form": SignUpForm(), "next": next_page(request)})


def _asked(request: HttpRequest, user: User, email: str) -> str:
    """Send the link that confirms a new account's address, if it gave one; return what the page is to say."""
    if not email:
        return "up"
    try:
        send_link(request, user, email)
    except MailError:
        return "up-unsent"
    return "up-sent"


def _made(form: SignUpForm) -> User | None:
    """Make the account; None, with the form's error, where another request took the name meanwhile."""
    try:
        with transaction.atomic():
            user: User = form.save()
    except IntegrityError:
        form.add_error("username", form.instance.unique_error_message(User, ("username",)))
        return None
    return user


@never_cache
@own_origin
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; the history stays with the account."""
    logout(request)
    return redirect(f"{reverse('account')}?{urlencode({'said': 'out'})}")


@form_page
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the password of the account that is signed in; other sessions of it end."""
    user, template = account_of(request), "accounts/password.html"
    if user is None:
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': request.path})}")
    if request.method == "POST":
        limits = password_limits(user.get_username())
        if refused := too_often(request, template, ChangePasswordForm(user), *limits):
            return refused
        form = ChangePasswordForm(user, request.POST)
        if form.is_valid():
            form.save()
            update_session_auth_hash(request, user)
            return redirect(f"{reverse('account')}?{urlencode({'said': 'password'})}")
        return render(request, template, {"form": form}, status=400)
    return render(request, template, {"form": ChangePasswordForm(user)})


@form_page
def ask_reset(request: HttpRequest) -> HttpResponse:
    """Send a link for a new password; the page says the same whether there is such an account or not."""
    template = "accounts/reset.html"
    if request.method == "POST" and settings.EMAIL_HOST:
        if refused := too_often(request, template, AskForm(), *reset_limits(posted(request, "email"))):
            return refused
        form = AskForm(request.POST)
        if form.is_valid():
            form.save(
                request=request,
                use_https=request.is_secure(),
                domain_override=request.get_host(),
                subject_template_name="accounts/reset_subject.txt",
                email_template_name="accounts/reset_mail.txt",
            )
            return redirect(f"{reverse('password-reset')}?{urlencode({'said': 'sent'})}")
        return render(request, template, {"form": form, "can_mail": True}, status=400)
    context = {"form": AskForm(), "can_mail": bool(settings.EMAIL_HOST), "said": request.GET.get("said", "")}
    return render(request, template, context)


@form_page
def reset(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Take a new password from whoever brings the link of a mail; it serves once, for a while."""
    template, user = "accounts/new_password.html", _user_of(uid)
    if user is None or not default_token_generator.check_token(user, token):
        return render(request, template, {"form": None}, status=404)
    form = NewPasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(f"{reverse('sign-in')}?{urlencode({'said': 'password'})}")
    return render(request, template, {"form": form}, status=400 if form.errors else 200)


def _user_of(uid: str) -> User | None:
    try:
        pk = urlsafe_base64_decode(uid).decode()
    except ValueError:
        return None
    return User.objects.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None


@never_cache
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Give everything that is kept of the visitor, as a zip of JSON files."""
    body = export_zip(user=account_of(request), learner=find_learner(request))
    headers = {"Content-Disposition": 'attachment; filename="my-data.zip"'}
    return HttpResponse(body, content_type="application/zip", headers=headers)


@form_page
def delete(request: HttpRequest) -> HttpResponse:
    """Delete everything that is kept of the visitor, and the account."""
    user, template = account_of(request), "accounts/delete.html"
    learner: Learner | None = find_learner(request)
    if request.method == "POST":
        if user is not None:
            limits = password_limits(user.get_username())
            if refused := too_often(request, template, DeleteForm(user=user), *limits):
                return refused
        form = DeleteForm(request.POST, user=user)
        if not form.is_valid():
            return render(request, template, {"form": form, "account": user}, status=400)
        delete_everything(user=user, learner=learner)
        logout(request)
        request.learners = LearnerHandle(request)  # type: ignore[attr-defined]
        response = redirect(f"{reverse('account')}?{urlencode({'said': 'deleted'})}")
        response.delete_cookie(settings.LEARNER_COOKIE_NAME, samesite="Lax")
        return response
    context = {"form": DeleteForm(user=user), "account": user, "anything": user or learner}
    return render(request, template, context)
