"""What can be wrong with a favourite."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Conflict, NotFound


class NotFavorite(NotFound):
    code = "favorite.not_found"
    text = _("没有收藏该商品")


class FavoriteThere(Conflict):
    """For clients that want to hear it; others may add twice."""

    code = "favorite.there"
    text = _("已经收藏")
