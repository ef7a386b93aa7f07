"""A report tells the dialect of each file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("qbank", "0003_tags_on_texts")]

    operations = [
        migrations.AddField(
            model_name="ingestreport", name="files", field=models.JSONField(default=list)
        ),
    ]
