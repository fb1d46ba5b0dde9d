"""What can be wrong with a message to the shop."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Invalid, NotFound


class MessageNotFound(NotFound):
    code = "message.not_found"
    text = _("留言不存在")


class AnswerEmpty(Invalid):
    code = "message.answer_empty"
    text = _("回复不能为空")
    field = "answer"
