"""Read what the account's pages post."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UserCreationForm
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

LONGEST_PASSWORD = 256  # characters: hashing longer ones costs the server


class Fielded:
    """Give the fields of a form the look of the site."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "field"
            if isinstance(field.widget, forms.PasswordInput):
                field.widget.attrs["maxlength"] = LONGEST_PASSWORD
                field.max_length = LONGEST_PASSWORD  # type: ignore[attr-defined]
                field.validators.append(_short_enough)


def _short_enough(value: str) -> None:
    if len(value) > LONGEST_PASSWORD:
        raise forms.ValidationError(_("The password is too long."))


class SignInForm(Fielded, AuthenticationForm):
    """Name and password."""


class SignUpForm(Fielded, UserCreationForm):  # type: ignore[type-arg]
    """A new account; where mail is sent, with an address that a link confirms before the account has it."""

    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_(
            "Optional. It serves one thing: a new password when you forgot yours. A link comes there first."
        ),
    )

    class Meta:
        model = User
        fields = ("username",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        if not settings.EMAIL_HOST:
            del self.fields["email"]


class ChangePasswordForm(Fielded, PasswordChangeForm):
    """A new password, by the old one."""


class DeleteForm(Fielded, forms.Form):
    """The consent to delete everything; with an account its password too."""

    sure = forms.BooleanField(label=_("I want everything deleted; it cannot be brought back."))
    password = forms.CharField(label=_("Password"), strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: Any, user: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user is None:
            del self.fields["password"]
        else:
            self.fields["password"].widget.attrs["autocomplete"] = "current-password"

    def clean_password(self) -> str:
        """Check the password of the account."""
        password: str = self.cleaned_data["password"]
        return checked_password(self.user, password) if self.user else password


class EmailForm(Fielded, forms.Form):
    """A new e-mail address, or none, by the password."""

    email = forms.EmailField(
        label=_("New e-mail"), required=False, help_text=_("Leave it empty to keep none.")
    )
    password = forms.CharField(label=_("Password"), strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"

    def clean_email(self) -> str:
        """Refuse the address that the account has."""
        email: str = User.objects.normalize_email(self.cleaned_data["email"])
        if email == self.user.email:
            raise forms.ValidationError(_("Your account has this address already."))
        return email

    def clean_password(self) -> str:
        """Check the password of the account."""
        return checked_password(self.user, self.cleaned_data["password"])


def checked_password(user: User, password: str) -> str:
    """Return an account's password; raises ValidationError where it is another."""
    if not user.check_password(password):
        raise forms.ValidationError(_("This is not your password."))
    return password
