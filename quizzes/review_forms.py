"""Read what the pages of reviews post."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.cards import MemorySettings
from quizzes.core.days import LATEST_START, zone_names
from quizzes.core.scheduler import (
    LEAST_RETENTION,
    MOST_RETENTION,
    ParametersError,
    check_parameters,
)
from quizzes.memory import KEY_PATTERN

NUMBER = re.compile(r"[-+]?\d{1,6}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,2})?")


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """How somebody wants to be asked."""

    percent = forms.IntegerField(
        label=_("Wanted chance of recall, in per cent"),
        min_value=round(100 * LEAST_RETENTION),
        max_value=round(100 * MOST_RETENTION),
        help_text=_("The higher, the more often cards come. 90 suits most; each point above 95 costs much."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    day_start = forms.TypedChoiceField(
        label=_("A new day begins at"),
        coerce=int,
        choices=[(hour, f"{hour:02d}:00") for hour in range(LATEST_START + 1)],
    )
    weights = forms.CharField(
        label=_("Weights of FSRS"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("21 numbers from an optimiser, such as Anki's; leave empty for those of FSRS-6."),
    )

    class Meta:
        model = MemorySettings
        fields = (
            *("new_limit", "review_limit", "two_buttons", "leech_lapses", "suspend_leeches"),
            *("time_zone", "day_start"),
        )
        labels = {
            "new_limit": _("New cards a day"),
            "review_limit": _("Reviews a day"),
            "two_buttons": _("Two buttons: Again and Good"),
            "leech_lapses": _("Forgotten this often, a card is a leech"),
            "suspend_leeches": _("Suspend leeches"),
        }

    field_order = (
        *("percent", "new_limit", "review_limit", "two_buttons", "time_zone", "day_start"),
        *("leech_lapses", "suspend_leeches", "weights"),
    )

    def __init__(self, *args: Any, default_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [("", _("That of the site: %(zone)s") % {"zone": default_zone})] + [
            (name, name) for name in zone_names()
        ]
        self.initial.setdefault("percent", round(100 * self.instance.retention))
        self.initial.setdefault("weights", " ".join(f"{w:g}" for w in self.instance.parameters))
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "field"

    def clean_weights(self) -> list[float]:
        """Read the weights; all that are out of bounds are named."""
        words = self.cleaned_data["weights"].replace(",", " ").strip("[] \n").split()
        if not words:
            return []
        if not all(NUMBER.fullmatch(word) for word in words):
            raise forms.ValidationError(_("Weights are numbers, parted by spaces or commas."))
        try:
            return list(check_parameters([float(word) for word in words]))
        except ParametersError as error:
            raise forms.ValidationError(
                [_("Out of bounds: %(what)s") % {"what": problem} for problem in error.problems]
            ) from error

    def values(self) -> dict[str, Any]:
        """Return what `save_settings` stores."""
        names = self._meta.fields or ()
        chosen = {name: self.cleaned_data[name] for name in names}
        return chosen | {
            "retention": self.cleaned_data["percent"] / 100,
            "parameters": self.cleaned_data["weights"],
        }


class RatingForm(forms.Form):
    """One rating, as the page of a card posts it."""

    rating = forms.TypedChoiceField(choices=[(str(n), "") for n in range(1, 5)], coerce=int)
    turn = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    sending = forms.RegexField(KEY_PATTERN)
    shown = forms.IntegerField(required=False, min_value=0, max_value=2**53)  # milliseconds since 1970
