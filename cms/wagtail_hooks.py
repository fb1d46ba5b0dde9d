"""What the back office is made of: the groups of each area, and what they hang into Wagtail."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.log_actions import LogActionRegistry
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet

from cms.choosers import CHOOSERS
from cms.viewsets import hints, home_panels, insight, marketing, timing
from cms.viewsets import search as search_desk
from cms.viewsets.catalog import CatalogGroup, bulk, product_text
from cms.viewsets.service_desk import CustomersGroup
from cms.viewsets.trade import MoneyGroup, TradeGroup, reviews_bulk, todo

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
register_snippet(marketing.MenuViewSet)

# -- what marketers look at, and what the editors hint at

hooks.register("register_admin_urls", insight.admin_urls)
hooks.register("register_reports_menu_item", insight.figures_menu_item)
hooks.register("register_reports_menu_item", insight.broken_menu_item)
hooks.register("construct_homepage_panels", home_panels.add_marketing_panel)
hooks.register("insert_editor_js", hints.picture_size_script)
hooks.register("insert_editor_js", hints.late_edits_script)
hooks.register("insert_global_admin_css", hints.marketing_css)
for _event in ("after_create_page", "after_edit_page"):
    hooks.register(_event, hints.after_page_saved)
for _event in ("after_create_snippet", "after_edit_snippet"):
    hooks.register(_event, hints.after_ad_saved)
hooks.register("before_delete_page", hints.before_delete_page)

# -- times: the calendar, any moment, links for people without a login

hooks.register("register_admin_urls", timing.admin_urls)
hooks.register("register_admin_menu_item", timing.CalendarMenuItem)
hooks.register("register_admin_menu_item", timing.MomentMenuItem)
hooks.register("register_page_header_buttons", timing.preview_link_button)
hooks.register("insert_editor_js", timing.editor_js)


@hooks.register("register_log_actions")
def preview_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("cms.make_preview", _("生成预览链接"), _("生成了预览链接"))
    actions.register_action("cms.end_previews", _("作废预览链接"), _("作废了全部预览链接"))


# -- search

hooks.register("register_admin_viewset", search_desk.SearchGroup)
hooks.register("register_admin_urls", search_desk.admin_urls)

# -- customers and their messages

hooks.register("register_admin_viewset", CustomersGroup)


@hooks.register("register_log_actions")
def customer_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("accounts.disable", _("停用客户"), _("停用了客户"))
    actions.register_action("accounts.enable", _("启用客户"), _("启用了客户"))
    actions.register_action("accounts.tag", _("修改客户标签"), _("修改了客户标签"))
    actions.register_action("shop.answer_message", _("回复留言"), _("回复了留言"))


# -- trade

hooks.register("register_admin_viewset", TradeGroup)
hooks.register("register_admin_viewset", MoneyGroup)
hooks.register("construct_homepage_panels", todo.add_todo_panel)

for review_action in reviews_bulk.ACTIONS:
    hooks.register("register_bulk_action", review_action)


@hooks.register("register_log_actions")
def trade_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("shop.note_order", _("修改订单备注"), _("修改了订单的内部备注"))
    actions.register_action("shop.reprice_order", _("订单改价"), _("修改了订单的价格"))
    actions.register_action("shop.cancel_order", _("取消订单"), _("取消了订单"))
    actions.register_action("shop.ship_order", _("发货"), _("发货"))
    actions.register_action("shop.correct_waybill", _("更正运单号"), _("更正了运单号"))
    actions.register_action("shop.request_refund", _("申请退款"), _("申请了退款"))
    actions.register_action("shop.approve_refund", _("通过退款"), _("复核通过了退款"))
    actions.register_action("shop.refuse_refund", _("驳回退款"), _("驳回了退款"))
    actions.register_action("shop.ask_refund", _("查询退款"), _("向支付渠道查询了退款"))
    actions.register_action("shop.settle_cash_refund", _("确认已退现金"), _("确认已退还现金"))
    actions.register_action("shop.ask_payment", _("查询付款"), _("向支付渠道查询了付款"))
    actions.register_action("shop.reconcile", _("对账"), _("上传账单对账"))
    actions.register_action("shop.settle_difference", _("处理对账差异"), _("处理了对账差异"))
    actions.register_action("shop.accept_after_sale", _("同意售后"), _("同意了售后"))
    actions.register_action("shop.refuse_after_sale", _("拒绝售后"), _("拒绝了售后"))
    actions.register_action("shop.receive_return", _("签收退货"), _("签收了退货"))
    actions.register_action("shop.show_review", _("显示评价"), _("显示了评价"))
    actions.register_action("shop.hide_review", _("隐藏评价"), _("隐藏了评价"))
    actions.register_action("shop.reply_review", _("回复评价"), _("回复了评价"))
