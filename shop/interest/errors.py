"""What can be wrong with a favourite."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotFound


class NotFavorite(NotFound):
    code = "favorite.not_found"
    text = _("没有收藏该商品")
