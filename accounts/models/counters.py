"""The tables behind ``kernel.limits`` and ``kernel.oneuse`` when there is no Redis.

The kernel has no models and writes these by its own statements; nothing else touches them. Moments are
milliseconds since 1970, so that one statement serves every database.
"""

from django.db import models


class LimitCounter(models.Model):
    """How often something happened lately."""

    key = models.CharField(max_length=160, primary_key=True)
    count = models.IntegerField()
    until = models.BigIntegerField(db_index=True)
    free_at = models.BigIntegerField()

    class Meta:
        db_table = "kernel_limits"


class OneUseSecret(models.Model):
    """The digest of a secret that counts once."""

    key = models.CharField(max_length=160, primary_key=True)
    digest = models.CharField(max_length=64)
    tries = models.IntegerField()
    until = models.BigIntegerField(db_index=True)
    payload = models.TextField(blank=True)

    class Meta:
        db_table = "kernel_one_use"
