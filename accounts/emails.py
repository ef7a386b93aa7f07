"""Another e-mail address: confirmed by a signed link sent to it; the old one is told."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

logger = logging.getLogger(__name__)
SALT = "accounts.emails"
SERVES = timedelta(days=1)


class LinkError(Exception):
    """A link that is no longer, or never was, one to this account's new address."""


class MailError(Exception):
    """A mail that could not be handed over: no connection, or the server refused it."""


def send_link(request: HttpRequest, user: User, email: str) -> None:
    """Send the link that confirms an address to that address, in the language of the page.

    Raises MailError.
    """
    token = signing.dumps([user.pk, _state_of(user), email], salt=SALT, compress=True)
    link = request.build_absolute_uri(reverse("email-confirm", args=[token]))
    try:
        _send("accounts/email_link", email, {"user": user, "email": email, "link": link})
    except OSError as error:  # smtplib's too
        raise MailError from error


def read_link(token: str, user: User) -> str:
    """Return the address that a link confirms for this account. Raises LinkError.

    It serves for a day, and for as long as the account has the address and the password it had: not after
    it was used.
    """
    try:
        pk, state, new = signing.loads(token, salt=SALT, max_age=SERVES)
    except (signing.BadSignature, ValueError) as error:
        raise LinkError from error
    if pk != user.pk or not constant_time_compare(str(state), _state_of(user)):
        raise LinkError
    return str(new)


def change_email(*, user: User, email: str) -> None:
    """Give an account another address, or none; the old one is told where mail is sent at all.

    Raises LinkError when it has got yet another one meanwhile.
    """
    old = user.email
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, email=old).update(email=email):
            raise LinkError
    user.email = email
    if old and settings.EMAIL_HOST:
        try:
            _send("accounts/email_changed", old, {"user": user, "email": email})
        except OSError:  # smtplib's too; the address is changed all the same
            logger.exception("An address that changed could not be told")


def _state_of(user: User) -> str:
    """Digest the address and password of an account: a token is read by whoever opens the new mailbox."""
    return salted_hmac(SALT, f"{user.email}\0{user.password}", algorithm="sha256").hexdigest()


def _send(name: str, to: str, context: dict[str, object]) -> None:
    subject = render_to_string(f"{name}_subject.txt", context).strip()
    send_mail(subject, render_to_string(f"{name}_mail.txt", context), None, [to])
