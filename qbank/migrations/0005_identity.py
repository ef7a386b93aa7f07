"""When a text last changed much; what the last import of a bank read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("qbank", "0004_report_files")]

    operations = [
        migrations.AddField(
            model_name="questiontext", name="changed_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="bank",
            name="fingerprint",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="bank", name="sought", field=models.JSONField(default=list, editable=False)
        ),
    ]
