"""The answer once given for a key."""

from django.db import models


class IdempotencyKey(models.Model):
    """A repeated key gets the first answer again."""

    scope = models.CharField(max_length=160)
    key = models.CharField(max_length=80)
    body_sha256 = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="key_answered_once_per_scope")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
