from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("inbox", "0010_names"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(condition=models.Q(("state", "asked")), fields=["conversation"], name="draft_asked"),
        ),
    ]
