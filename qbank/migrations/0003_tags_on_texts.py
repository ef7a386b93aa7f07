"""Tags are words of a language: they move from the question to its texts."""

from django.db import migrations, models


def move_tags(apps, schema_editor):
    """Give the tags of each question to its text in the bank's language; the next import does the others."""
    Question = apps.get_model("qbank", "Question")
    for question in Question.objects.exclude(tags=None).select_related("bank"):
        for text in question.texts.filter(language=question.bank.language):
            text.tags.set(question.tags.all())


class Migration(migrations.Migration):
    dependencies = [("qbank", "0002_search")]

    operations = [
        migrations.AlterField(
            model_name="question",
            name="tags",
            field=models.ManyToManyField(blank=True, related_name="+", to="qbank.tag"),
        ),
        migrations.AddField(
            model_name="questiontext",
            name="tags",
            field=models.ManyToManyField(blank=True, related_name="texts", to="qbank.tag"),
        ),
        migrations.RunPython(move_tags, migrations.RunPython.noop),
        migrations.RemoveField(model_name="question", name="tags"),
    ]
