"""Shapes of the bank's JSON, and what may be asked for in an address. No key of any item passes here."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

ORDERINGS = {
    "order": ("question__bank_id", "question__order", "question_id"),
    "-order": ("-question__bank_id", "-question__order", "-question_id"),
    "difficulty": ("question__difficulty", "question__order", "question_id"),
    "-difficulty": ("-question__difficulty", "question__order", "question_id"),
    "title": ("title", "question_id"),
    "-title": ("-title", "question_id"),
    "updated_at": ("question__updated_at", "question_id"),
    "-updated_at": ("-question__updated_at", "question_id"),
}


class Shape(serializers.Serializer[Any]):
    """A shape of output; nothing is written through it."""


class LanguageQuery(Shape):
    """The language asked for; without it Accept-Language decides."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)


class QuestionQuery(LanguageQuery):
    """Filters of questions; `topic`, `tag` and `difficulty` may be repeated, any of them fits."""

    search = serializers.CharField(required=False, max_length=200, help_text="Words that all must occur.")
    topic = serializers.ListField(child=serializers.CharField(), required=False, help_text="Slug of a topic.")
    tag = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Name of a tag, in any language."
    )
    difficulty = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=3), required=False, help_text="1, 2 or 3."
    )
    has_lab = serializers.BooleanField(required=False, allow_null=True, default=None)
    updated_since = serializers.DateTimeField(required=False, help_text="Only what changed since.")


class QuestionListQuery(QuestionQuery):
    """Filters and order of the list."""

    ordering = serializers.ChoiceField(
        choices=sorted(ORDERINGS),
        required=False,
        help_text="Default: by closeness when searching, else `order`.",
    )


class SearchQuery(QuestionQuery):
    """What is searched for."""

    search = None  # type: ignore[assignment]
    q = serializers.CharField(
        max_length=200, help_text="Words that all must occur; quotation marks make a phrase."
    )


class TopicRefShape(Shape):
    """A topic, named."""

    slug = serializers.CharField()
    title = serializers.CharField()


class TopicShape(TopicRefShape):
    """A topic in a list."""

    description = serializers.CharField()
    bank = serializers.CharField(help_text="Slug of the bank.")
    order = serializers.IntegerField()
    question_count = serializers.IntegerField()
    url = serializers.URLField()
    page = serializers.URLField(help_text="The page for people.")


class TermShape(Shape):
    """A term of the glossary."""

    term = serializers.CharField()
    meaning = serializers.CharField()
    names = serializers.DictField(child=serializers.CharField(), help_text="By language.")
    question = serializers.URLField(allow_null=True, help_text="The question that explains it.")
    page = serializers.URLField(allow_null=True, help_text="Its page for people.")


class QuestionShape(Shape):
    """A question in a list."""

    slug = serializers.CharField()
    number = serializers.CharField(help_text="As the author numbers it; may be empty.")
    language = serializers.CharField(
        help_text="Of the text: another one where the language asked for is missing."
    )
    title = serializers.CharField(help_text="Markdown.")
    title_html = serializers.CharField()
    gist = serializers.CharField(help_text="The answer in one sentence, Markdown; may be empty.")
    topic = TopicRefShape()
    tags = serializers.ListField(child=serializers.CharField(), help_text="In the language of the text.")
    difficulty = serializers.IntegerField(allow_null=True, help_text="1, 2 or 3.")
    frequency = serializers.IntegerField(allow_null=True, help_text="How often it is asked: 1, 2 or 3.")
    lab = serializers.CharField(help_text="Slug of its lab; may be empty.")
    has_math = serializers.BooleanField()
    has_code = serializers.BooleanField()
    placeholder = serializers.BooleanField(help_text="The answer is still to be written.")
    updated_at = serializers.DateTimeField()
    url = serializers.URLField()
    page = serializers.URLField(help_text="The page for people.")


class PassageShape(Shape):
    """A passage as Markdown and as safe HTML."""

    text = serializers.CharField()
    html = serializers.CharField()


class ChoiceShape(PassageShape):
    """An option of a choice question. Which one is right is not told here."""

    letter = serializers.CharField()


class MistakeShape(Shape):
    """What is often said, and what is right."""

    claim = serializers.CharField()
    claim_html = serializers.CharField()
    correction = serializers.CharField()
    correction_html = serializers.CharField()


class FollowUpShape(Shape):
    """A further question with a short answer."""

    question = serializers.CharField()
    question_html = serializers.CharField()
    answer = serializers.CharField()
    answer_html = serializers.CharField()


class FigureRunShape(Shape):
    """A stored run that a figure is from."""

    seed = serializers.IntegerField()
    value = serializers.FloatField(help_text="Every digit.")
    address = serializers.CharField(help_text="Path of the lab's page that runs it again.")


class FigureShape(Shape):
    """A number of a lab's stored runs that the text gives: the mean of the runs, rounded."""

    reference = serializers.CharField(help_text="As in the Markdown, behind `lab:`.")
    lab = serializers.CharField(help_text="Slug of the lab.")
    title = serializers.CharField(help_text="Of the lab.")
    setting = serializers.CharField(help_text="What differs from the defaults, in words.")
    number = serializers.CharField(help_text="Its name in the result of a run.")
    timed = serializers.BooleanField(help_text="A measured time: another machine measures another.")
    note = serializers.CharField(help_text="All of this in one line.")
    runs = FigureRunShape(many=True)


class TocEntryShape(Shape):
    """A heading of the answer."""

    id = serializers.CharField()
    title = serializers.CharField()


class BankShape(Shape):
    """Where a question comes from and what one may do with it."""

    slug = serializers.CharField()
    name = serializers.CharField()
    licence = serializers.CharField()
    licence_url = serializers.CharField()
    source_url = serializers.CharField()
    attribution = serializers.CharField()


class QuestionDetailShape(QuestionShape):
    """A question with its answer, as Markdown and as safe HTML."""

    bank = BankShape()
    languages = serializers.ListField(child=serializers.CharField(), help_text="In which it can be read.")
    gist_html = serializers.CharField()
    stem = serializers.CharField()
    stem_html = serializers.CharField()
    choices = ChoiceShape(many=True)
    answer = serializers.CharField()
    answer_html = serializers.CharField()
    toc = TocEntryShape(many=True)
    key_points = PassageShape(many=True)
    mistakes = MistakeShape(many=True)
    follow_ups = FollowUpShape(many=True)
    figures = FigureShape(many=True)
    sources = PassageShape(many=True)


class SegmentShape(Shape):
    """A piece of plain text; `hit` when the words searched for stand in it."""

    text = serializers.CharField()
    hit = serializers.BooleanField()


class FoundShape(Shape):
    """A search result: plain text with the hits marked."""

    slug = serializers.CharField()
    language = serializers.CharField()
    topic = TopicRefShape()
    title = SegmentShape(many=True)
    excerpt = SegmentShape(many=True)
    url = serializers.URLField()
    page = serializers.URLField(help_text="The page for people.")
