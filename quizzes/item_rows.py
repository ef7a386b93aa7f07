"""The rows of items: made of what a text gives, and compared with what is stored."""

from django.utils import timezone

from qbank.models import QuestionText
from quizzes.core.blueprint import hash_question
from quizzes.core.items import arrange, shuffled_count
from quizzes.core.sheet import split
from quizzes.making import Made, make_ref
from quizzes.models import Item, ItemKey

# Items that do not stand in their text's file, and so do not go when they are not found there.
OWN_LIFE = (Item.Source.GENERATED, Item.Source.WRITTEN)


def store_items(texts: dict[int, QuestionText], made: dict[int, list[Made]]) -> None:
    """Compare what was made with the newest versions stored, and write the difference."""
    stored = Item.objects.filter(question__in={text.question_id for text in texts.values()})
    newest: dict[tuple[int, str, str], Item] = {}
    for item in stored.select_related("answer").order_by("version"):
        newest[item.question_id, item.language, item.key] = item
    fresh: list[tuple[Item, ItemKey]] = []
    kept: list[tuple[Item, ItemKey]] = []
    gone = {
        item.pk
        for item in newest.values()
        if item.state != Item.State.RETIRED
        and item.source not in OWN_LIFE
        and any(t.question_id == item.question_id and t.language == item.language for t in texts.values())
    }
    for pk, several in made.items():
        for position, one in enumerate(several):
            row, key = item_row(texts[pk], one, position)
            old = newest.get((row.question_id, row.language, row.key))
            if old and old.checksum == row.checksum:
                row.pk, row.version, row.created_at = old.pk, old.version, old.created_at
                row.state = Item.State.DRAFT if old.state == Item.State.DRAFT else Item.State.PUBLISHED
                gone.discard(old.pk)
                if _differs(old, row) or old.answer.key != key.key:
                    kept.append((row, key))
            else:
                row.version = old.version + 1 if old else 1
                gone |= {old.pk} if old else set()
                fresh.append((row, key))
    Item.objects.filter(pk__in=gone).update(state=Item.State.RETIRED, updated_at=timezone.now())
    for row, key in kept:
        key.item = row
        row.save()
        key.save()
    Item.objects.bulk_create([row for row, _ in fresh])
    for row, key in fresh:
        key.item = row
    ItemKey.objects.bulk_create([key for _, key in fresh])


def item_row(text: QuestionText, made: Made, position: int) -> tuple[Item, ItemKey]:
    """Return unsaved rows of an item: rendered, arranged and parted from its key."""
    item = arrange(made.shown, made.order)
    sheet, key = split(item)
    row = Item(
        question=text.question,
        text=text,
        ref=make_ref(text.question.bank.slug, text.question.key, item.slug),
        question_hash=hash_question(text.question.bank.slug, text.question.key),
        key=item.slug,
        language=text.language,
        kind=item.kind.value,
        source=made.source,
        position=position,
        stem_html=item.stem,
        sheet=sheet,
        size=shuffled_count(item),
        checksum=made.checksum,
        span_hash=made.span_hash,
    )
    return row, ItemKey(key=key)


def _differs(old: Item, new: Item) -> bool:
    """Tell whether anything but the content differs: the rendering, the place, the text, the state."""
    names = (
        "text_id",
        "source",
        "ref",
        "question_hash",
        "state",
        "position",
        "stem_html",
        "sheet",
        "size",
        "span_hash",
    )
    return any(getattr(old, name) != getattr(new, name) for name in names)
