"""What can be wrong with a review."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, Invalid, NotFound


class ReviewNotFound(NotFound):
    code = "review.not_found"
    text = _("评价不存在")


class LineNotFound(NotFound):
    """The order has no such SKU, or it is someone else's order."""

    code = "review.line_not_found"
    text = _("订单里没有这件商品")
    field = "sku"


class NotYetReviewable(Conflict):
    """The order has not come yet, or is over: ``state``."""

    code = "review.not_yet"
    text = _("收货后才能评价")


class LineRefunded(Conflict):
    """Every piece of the line went back."""

    code = "review.refunded"
    text = _("已退款的商品不能评价")
    field = "sku"


class AlreadyReviewed(Conflict):
    code = "review.already"
    text = _("该商品已评价")
    field = "sku"


class TextTooShort(Invalid):
    code = "review.too_short"
    text = _("评价至少 %(least)s 个字")
    field = "comment"


class TextTooLong(Invalid):
    code = "review.too_long"
    text = _("评价最多 %(most)s 个字")
    field = "comment"


class ScoreWrong(Invalid):
    code = "review.score"
    text = _("评分应为 0 到 5")
    field = "score"


class TooManyPictures(Invalid):
    code = "review.too_many_pictures"
    text = _("最多上传 %(most)s 张图片")
    field = "images"


class PictureUnknown(Invalid):
    """A picture that was not uploaded by this buyer in the last day."""

    code = "review.picture_unknown"
    text = _("图片已失效，请重新上传")
    field = "images"


class ReplyWrong(Invalid):
    code = "review.reply"
    text = _("回复应为 1 到 %(most)s 个字")
    field = "reply"
