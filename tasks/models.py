"""What the queue cannot remember by itself: when sweeps ran, who runs what, and what went wrong.

Huey hands a task out once and forgets it. These rows are how a killed worker, a missed night and a task that
always fails are seen, and made good.
"""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Sweep(models.Model):
    """One periodic job: when it is due again, and how it went the last time."""

    name = models.CharField(_("名称"), max_length=60, primary_key=True)
    next_due = models.DateTimeField(_("下次应运行"))
    queued_at = models.DateTimeField(_("排队时间"), null=True, blank=True)
    started_at = models.DateTimeField(_("上次开始"), null=True, blank=True)
    ended_at = models.DateTimeField(_("上次结束"), null=True, blank=True)
    succeeded_at = models.DateTimeField(_("上次成功"), null=True, blank=True)
    seconds = models.FloatField(_("耗时（秒）"), null=True, blank=True)
    runs = models.PositiveIntegerField(_("运行次数"), default=0)
    failures = models.PositiveIntegerField(_("失败次数"), default=0)
    failures_in_row = models.PositiveSmallIntegerField(_("连续失败"), default=0)
    error = models.TextField(_("最近错误"), blank=True)

    class Meta:
        verbose_name = _("定时任务")
        verbose_name_plural = _("定时任务")
        default_permissions = ("view",)
        ordering = ["name"]


class Consumer(models.Model):
    """One process that runs tasks, and the last time it said that it lives."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    host = models.CharField(_("主机"), max_length=100)
    pid = models.PositiveIntegerField(_("进程"))
    started_at = models.DateTimeField(_("启动时间"), default=timezone.now)
    beat_at = models.DateTimeField(_("最近心跳"), default=timezone.now)

    class Meta:
        verbose_name = _("任务进程")
        verbose_name_plural = _("任务进程")
        default_permissions = ()
        ordering = ["started_at"]


class TaskRow(models.Model):
    """A call of a task, as a person may read it. ``arguments`` is None where it held a secret or was no JSON."""

    name = models.CharField(_("任务"), max_length=150)
    arguments = models.JSONField(_("参数"), null=True, blank=True)
    shown = models.TextField(_("参数（脱敏）"), blank=True)
    request_id = models.CharField(_("请求编号"), max_length=64, blank=True)

    class Meta:
        abstract = True


class RunningTask(TaskRow):
    """A task that a worker holds right now. The row of a dead process says what was lost with it."""

    task_id = models.CharField(max_length=100, primary_key=True)
    consumer = models.ForeignKey(Consumer, models.CASCADE, related_name="running")
    started_at = models.DateTimeField(_("开始时间"), default=timezone.now)

    class Meta:
        verbose_name = _("运行中的任务")
        verbose_name_plural = _("运行中的任务")
        default_permissions = ()
        ordering = ["started_at"]


class FailedTask(TaskRow):
    """A task that did not end well, until it does or a person lets it be."""

    class State(models.TextChoices):
        RETRYING = "retrying", _("等待重试")
        #: Nobody tries it again by itself: a person looks.
        DEAD = "dead", _("已放弃")
        DONE = "done", _("重试后成功")
        DISCARDED = "discarded", _("已忽略")

    class Cause(models.TextChoices):
        ERROR = "error", _("出错")
        #: Its process was killed while it ran.
        LOST = "lost", _("进程中断")

    task_id = models.CharField(max_length=100, unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RETRYING)
    cause = models.CharField(_("原因"), max_length=10, choices=Cause, default=Cause.ERROR)
    error = models.CharField(_("错误"), max_length=300, blank=True)
    trace = models.TextField(_("堆栈"), blank=True)
    attempts = models.PositiveIntegerField(_("尝试次数"), default=0)
    losses = models.PositiveSmallIntegerField(_("中断次数"), default=0)
    first_seen = models.DateTimeField(_("首次失败"), default=timezone.now)
    last_seen = models.DateTimeField(_("最近失败"), default=timezone.now)

    class Meta:
        verbose_name = _("失败的任务")
        verbose_name_plural = _("失败的任务")
        default_permissions = ("view",)
        permissions = [("operate_tasks", _("操作后台任务：重试、忽略、暂停、立即运行"))]
        ordering = ["-last_seen", "-id"]
        indexes = [models.Index(fields=["state", "-last_seen"], name="tasks_failed_by_state")]
