"""The order of a sale as a column, which an index finds also under row security."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform


class Migration(migrations.Migration):
    dependencies = (("store", "0033_day_end_taken_in"),)
    operations = (
        migrations.AddField(
            model_name="agreementevent",
            name="of_order",
            field=models.GeneratedField(
                db_persist=True,
                expression=KeyTextTransform("order", "content"),
                output_field=models.TextField(blank=True, null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="agreementevent",
            index=models.Index(
                condition=models.Q(("of_order__isnull", False)),
                fields=["of_order", "agreement", "institution_id"],
                name="agreement_event_of_order",
            ),
        ),
        migrations.RunSQL("drop index agreement_event_order"),
    )
