"""Queue, workers, failures, periodic jobs, and messages that left or did not."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log

from accounts.selectors.messages import MESSAGE_STATES, message_sums, messages_sent, shown_message
from kernel.errors import DomainError, NotFound
from meiduo.watching.figures import figures
from tasks import desk
from tasks.bookkeeping import is_alive
from tasks.models import FailedTask

logger = logging.getLogger(__name__)

SEE = "tasks.view_failedtask"
ACT = "tasks.operate_tasks"
PER_PAGE = 50
DAYS = 30

View = Callable[..., HttpResponse]


class TasksMenuItem(MenuItem):
    """The way to the screens, for whoever may see them."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("后台任务"), reverse("operations_tasks"), name="operations", icon_name="cogs", order=9500
        )

    def is_shown(self, request: HttpRequest) -> bool:
        return _may(request, SEE)


def _may(request: HttpRequest, permission: str) -> bool:
    user: Any = request.user
    return bool(user.has_perm(permission))


def _for(permission: str) -> Callable[[View], View]:
    """Refuse whoever lacks this permission."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not _may(request, permission):
                raise PermissionDenied
            return view(request, **kwargs)

        return guarded

    return decorate


@require_GET
@_for(SEE)
def show_tasks(request: HttpRequest) -> HttpResponse:
    """Everything at a glance. A queue that does not answer is said, and the rows are shown all the same."""
    state = request.GET.get("state", "")
    if state not in FailedTask.State.values:
        state = ""
    queue, trouble = None, ""
    try:
        queue = desk.queue_state()
    except Exception as error:
        # Whatever the queue's engine raises: this screen is where one looks when it is down.
        logger.warning("queue cannot be read", exc_info=True)
        trouble = type(error).__name__
    context = {
        "queue": queue,
        "trouble": trouble,
        "consumers": [(one, is_alive(one)) for one in desk.consumers()[:PER_PAGE]],
        "running": desk.running(),
        "page": Paginator(desk.failures(state=state), PER_PAGE).get_page(request.GET.get("p")),
        "state": state,
        "states": FailedTask.State.choices,
        "sweeps": desk.sweeps(),
        "backlog": [(label, _value(name)) for name, label in _BACKLOG.items()],
        "may_act": _may(request, ACT),
    }
    return render(request, "operations/tasks.html", context)


#: What piles up when a sweep does not keep up.
_BACKLOG = {
    "mall_orders_unpaid_past_due": gettext_lazy("过期未关闭的订单"),
    "mall_payments_needing_a_person": gettext_lazy("需人工处理的付款"),
    "mall_refunds_unknown": gettext_lazy("结果未知的退款"),
    "mall_refunds_failed": gettext_lazy("被渠道拒绝的退款"),
    "mall_bill_differences": gettext_lazy("未处理的对账差异"),
    "mall_index_waiting": gettext_lazy("等待写入索引的 SKU"),
    "mall_index_lag_seconds": gettext_lazy("索引延迟（秒）"),
    "mall_outbox_depth": gettext_lazy("待发送的短信和邮件"),
    "mall_sms_budget_left": gettext_lazy("今日剩余短信额度"),
}


def _value(name: str) -> int | None:
    found = [one.value for one in figures() if one.name == name]
    return round(sum(found)) if found else None


@require_GET
@_for(SEE)
def show_failure(request: HttpRequest, failure_id: int) -> HttpResponse:
    """One failed task with its trace and its arguments, masked."""
    context = {"row": _found(failure_id), "may_act": _may(request, ACT)}
    return render(request, "operations/failure.html", context)


def _found(failure_id: int) -> FailedTask:
    try:
        return desk.failure(failure_id=failure_id)
    except NotFound as missing:
        raise Http404 from missing


@require_GET
@_for(SEE)
def show_messages(request: HttpRequest) -> HttpResponse:
    """SMS or mail with state and cost; numbers and addresses are masked."""
    kind = "mail" if request.GET.get("kind") == "mail" else "sms"
    state = request.GET.get("state", "")
    if state not in dict(MESSAGE_STATES):
        state = ""
    page = Paginator(messages_sent(kind=kind, state=state), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "kind": kind,
        "state": state,
        "states": MESSAGE_STATES,
        "days": DAYS,
        "sums": message_sums(kind=kind, days=DAYS),
        "page": page,
        "rows": [shown_message(row) for row in page],
    }
    return render(request, "operations/messages.html", context)


# -- what may be done


def _done(request: HttpRequest, action: Callable[[], object], said: str) -> HttpResponse:
    """Do it, say so, and go back to the screen; a refusal is said there, too."""
    try:
        action()
    except NotFound as missing:
        raise Http404 from missing
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return redirect("operations_tasks")


@require_POST
@_for(ACT)
def run_again(request: HttpRequest, failure_id: int) -> HttpResponse:
    """Queue a failed task once more."""

    def act() -> None:
        log(desk.run_again(failure_id=failure_id), "tasks.run_again", user=request.user)

    return _done(request, act, _("任务已重新排队"))


@require_POST
@_for(ACT)
def discard(request: HttpRequest, failure_id: int) -> HttpResponse:
    """Let a failed task be."""

    def act() -> None:
        log(desk.discard(failure_id=failure_id), "tasks.discard", user=request.user)

    return _done(request, act, _("任务已忽略"))


@require_POST
@_for(ACT)
def pause(request: HttpRequest) -> HttpResponse:
    """Stop the queue."""
    logger.warning("queue paused", extra={"by": request.user.pk})
    return _done(request, desk.pause_queue, _("队列已暂停，正在运行的任务会继续完成"))


@require_POST
@_for(ACT)
def resume(request: HttpRequest) -> HttpResponse:
    """Let the queue go on."""
    logger.warning("queue resumed", extra={"by": request.user.pk})
    return _done(request, desk.resume_queue, _("队列已恢复"))


@require_POST
@_for(ACT)
def run_sweep(request: HttpRequest, name: str) -> HttpResponse:
    """Run a periodic job now."""
    logger.info("sweep asked for", extra={"sweep": name, "by": request.user.pk})
    return _done(request, lambda: desk.run_sweep(name=name), _("定时任务已排队"))


def admin_urls() -> list[URLPattern]:
    """Addresses of these screens."""
    return [
        path("operations/", show_tasks, name="operations_tasks"),
        path("operations/failures/<int:failure_id>/", show_failure, name="operations_failure"),
        path("operations/failures/<int:failure_id>/again/", run_again, name="operations_run_again"),
        path("operations/failures/<int:failure_id>/discard/", discard, name="operations_discard"),
        path("operations/queue/pause/", pause, name="operations_pause"),
        path("operations/queue/resume/", resume, name="operations_resume"),
        path("operations/sweeps/<str:name>/run/", run_sweep, name="operations_run_sweep"),
        path("operations/messages/", show_messages, name="operations_messages"),
    ]
