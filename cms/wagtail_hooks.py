"""What the back office is made of: the groups of each area, and what they hang into Wagtail."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.log_actions import LogActionRegistry
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet

from cms.choosers import CHOOSERS
from cms.viewsets import marketing
from cms.viewsets import search as search_desk
from cms.viewsets.catalog import CatalogGroup, bulk, product_text
from cms.viewsets.service_desk import CustomersGroup

# -- catalog


@hooks.register("register_admin_viewset")
def catalog_viewsets() -> ViewSetGroup:
    return CatalogGroup()


for action in bulk.ACTIONS:
    hooks.register("register_bulk_action", action)


@hooks.register("register_rich_text_features")
def product_text_features(features: FeatureRegistry) -> None:
    product_text.register(features)


@hooks.register("register_log_actions")
def catalog_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("shop.put_on_sale", _("上架"), _("上架"))
    actions.register_action("shop.take_off_sale", _("下架"), _("下架"))
    actions.register_action("shop.mark", _("修改标记"), _("修改了标记"))
    actions.register_action("shop.skus_saved", _("保存 SKU 矩阵"), _("保存了 SKU 矩阵"))


# -- content and ads

register_snippet(marketing.CategoryAdViewSet)
hooks.register("register_admin_viewset", lambda: list(CHOOSERS))
hooks.register("register_admin_urls", marketing.admin_urls)
hooks.register("register_admin_menu_item", marketing.HomePageMenuItem)

# -- search

hooks.register("register_admin_viewset", search_desk.SearchGroup)
hooks.register("register_admin_urls", search_desk.admin_urls)

# -- customers and their messages

hooks.register("register_admin_viewset", CustomersGroup)


@hooks.register("register_log_actions")
def customer_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("accounts.disable", _("停用客户"), _("停用了客户"))
    actions.register_action("accounts.enable", _("启用客户"), _("启用了客户"))
    actions.register_action("shop.answer_message", _("回复留言"), _("回复了留言"))
