"""What the operator's screens hang into the back office."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from meiduo.operations import views


@hooks.register("insert_global_admin_js")
def start_js() -> str:
    return format_html('<script src="{}"></script>', static("meiduo/start.js"))


hooks.register("register_admin_urls", views.admin_urls)
hooks.register("register_admin_menu_item", views.TasksMenuItem)


@hooks.register("register_log_actions")
def operations_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("tasks.run_again", _("重新运行任务"), _("重新运行了任务"))
    actions.register_action("tasks.discard", _("忽略任务"), _("忽略了失败的任务"))
