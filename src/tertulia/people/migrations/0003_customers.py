"""Customers, and those who are known not to be, by when they last spoke."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Replaces an index."""

    dependencies = [("people", "0002_one_person")]
    operations = [
        migrations.RemoveIndex("person", "person_customer"),
        migrations.AddIndex("person", models.Index(
            fields=["brand", "customer", "-last_said_at", "-id"], condition=models.Q(customer__isnull=False), name="person_customer"))]
