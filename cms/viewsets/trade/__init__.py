"""The back office of trade: orders and their parcels, after-sales, money, reviews, freight."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from cms.viewsets.trade.after_sales import AfterSaleViewSet
from cms.viewsets.trade.bills import BillDifferenceViewSet
from cms.viewsets.trade.freight import FreightTemplateViewSet
from cms.viewsets.trade.orders import OrderViewSet
from cms.viewsets.trade.payments import PaymentViewSet
from cms.viewsets.trade.refunds import RefundViewSet
from cms.viewsets.trade.reviews import ReviewViewSet


class TradeGroup(ViewSetGroup):
    menu_label = _("交易")
    menu_name = "trade"
    menu_icon = "doc-full-inverse"
    menu_order = 160
    items = (OrderViewSet, AfterSaleViewSet, ReviewViewSet, FreightTemplateViewSet)


class MoneyGroup(ViewSetGroup):
    menu_label = _("资金")
    menu_name = "money"
    menu_icon = "tick-inverse"
    menu_order = 165
    items = (RefundViewSet, PaymentViewSet, BillDifferenceViewSet)
