"""What the whole site says about the shop: names, telephone, licence numbers, footer."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import PreviewableMixin

from cms.blocks.links import LinkBlock, TargetBlock
from cms.validators import check_address


class FooterLinkBlock(blocks.StructBlock):
    """One link of the footer."""

    title = blocks.CharBlock(label=_("文字"), max_length=30)
    link = LinkBlock()
    target = TargetBlock()

    class Meta:
        icon = "link"
        label = _("链接")
        label_format = "{title}"


class FooterColumnBlock(blocks.StructBlock):
    """A titled column of links."""

    title = blocks.CharBlock(label=_("标题"), max_length=20)
    links = blocks.ListBlock(FooterLinkBlock(), label=_("链接"), max_num=12)

    class Meta:
        icon = "list-ul"
        label = _("链接栏")
        label_format = "{title}"


class FooterBlocks(blocks.StreamBlock):
    """Columns of the footer."""

    column = FooterColumnBlock()

    class Meta:
        max_num = 6
        required = False


@register_setting(icon="site", order=100)
class SiteSettings(PreviewableMixin, BaseSiteSetting):
    """The shop's own details, on every page."""

    name = models.CharField(_("商城名称"), max_length=60, default="美多商城")
    slogan = models.CharField(_("宣传语"), max_length=120, blank=True)
    logo = models.ForeignKey(
        "media.MallImage", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("标志")
    )
    service_phone = models.CharField(_("客服电话"), max_length=40, blank=True)
    service_hours = models.CharField(_("服务时间"), max_length=80, blank=True)
    hotline = models.CharField(_("投诉热线"), max_length=40, blank=True)
    company_name = models.CharField(_("公司名称"), max_length=100, blank=True)
    copyright = models.CharField(_("版权声明"), max_length=200, blank=True)
    icp_number = models.CharField(_("ICP 备案号"), max_length=60, blank=True)
    icp_url = models.CharField(
        _("备案查询网址"),
        max_length=200,
        blank=True,
        default="https://beian.miit.gov.cn/",
        validators=[check_address],
    )
    police_number = models.CharField(_("公安备案号"), max_length=60, blank=True)
    footer = StreamField(FooterBlocks(), blank=True, verbose_name=_("页脚链接"))

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("slogan"), FieldPanel("logo")], heading=_("商城")),
        MultiFieldPanel(
            [FieldPanel("service_phone"), FieldPanel("service_hours"), FieldPanel("hotline")], heading=_("客户服务")
        ),
        MultiFieldPanel(
            [
                FieldPanel("company_name"),
                FieldPanel("copyright"),
                FieldPanel("icp_number"),
                FieldPanel("icp_url"),
                FieldPanel("police_number"),
            ],
            heading=_("公司与备案"),
        ),
        FieldPanel("footer"),
    ]

    class Meta:
        verbose_name = _("商城信息")
        verbose_name_plural = _("商城信息")

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/site_settings_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        from cms.selectors.site import details_of

        return {**super().get_preview_context(request, mode_name), "site": details_of(self)}
