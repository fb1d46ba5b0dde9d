"""What can be wrong with searching."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, NotFound, Unavailable


class EngineDown(Unavailable):
    """The engine does not answer, or not in time. Buyers never see it: the database answers instead."""

    code = "search.engine_down"
    text = _("搜索引擎暂时不可用")


class EngineRefused(Exception):
    """The engine answered that it cannot do this: a defect of ours or of its set-up, never of a buyer's."""


class NoDirectSearch(NotFound):
    """Browsers do not reach the engine themselves."""

    code = "search.not_direct"
    text = _("没有开放直接搜索")


class RebuildRunning(Conflict):
    code = "search.rebuild_running"
    text = _("索引正在重建，请等待完成")
