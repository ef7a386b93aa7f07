"""The form in which an editor writes an item."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qbank.models import Question, QuestionText
from quizzes.core.authored import ItemError
from quizzes.drafts import LONGEST_MARKDOWN, DraftError, add_written_item
from quizzes.models import Item

EXAMPLE = "### 单选：… {#mark}\n- [x] …\n- [ ] …\n- [ ] …\n\n> …\n"


class WriteItemForm(forms.Form):
    """An item in Markdown, and the question and language that it belongs to."""

    question = forms.SlugField(
        label=_("Question"), max_length=200, allow_unicode=True, help_text=_("The slug in its address.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    markdown = forms.CharField(
        label=_("Item"),
        max_length=LONGEST_MARKDOWN,
        initial=EXAMPLE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "cols": 90, "spellcheck": "false"}),
        help_text=_("As authors write items, see content/README.md. A known mark makes a new version."),
    )

    def clean(self) -> dict[str, Any]:
        """Find the question; its text must exist in the language."""
        cleaned = super().clean() or {}
        question = Question.objects.filter(slug=cleaned.get("question", "")).first()
        if question is None:
            self.add_error("question", _("There is no such question."))
        elif not QuestionText.objects.filter(
            question=question, language=cleaned.get("language", "")
        ).exists():
            self.add_error("language", _("The question has no text in this language."))
        return {**cleaned, "found": question}

    def take_in(self) -> Item | None:
        """Publish the item, or say what is wrong with it."""
        given = self.cleaned_data
        markdown = given["markdown"].replace("\r\n", "\n")
        try:
            return add_written_item(question=given["found"], language=given["language"], markdown=markdown)
        except ItemError as error:
            for problem in error.problems:
                self.add_error("markdown", f"{problem.line}: {problem.message} {problem.remedy}")
        except DraftError:
            self.add_error("markdown", _("This mark stands on another item."))
        return None
