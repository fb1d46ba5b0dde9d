"""The back office of those who talk to buyers: customers and their messages."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from cms.viewsets.customer_tags import CustomerTagViewSet
from cms.viewsets.customers import CustomerViewSet
from cms.viewsets.messages import BuyerMessageViewSet


class CustomersGroup(ViewSetGroup):
    menu_label = _("客户")
    menu_name = "service-desk"
    menu_icon = "group"
    menu_order = 180
    items = (CustomerViewSet, CustomerTagViewSet, BuyerMessageViewSet)
