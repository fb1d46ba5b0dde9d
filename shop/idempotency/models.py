"""Answers already given, so that sending a request twice does its work once."""

from django.db import models


class IdempotencyKey(models.Model):
    """What one user's request with one key was answered; written in the transaction of its effect."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    route = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "route", "key"], name="shop_idempotency_key_once")]
