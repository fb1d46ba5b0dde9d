"""The form of a product: texts, specs with options, gallery, sale times."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface

from cms.viewsets.catalog.product_text import ProductTextArea
from cms.viewsets.catalog.tree import LeafChoiceField, leaves
from cms.viewsets.panels import OrderedInlinePanel, OrderedMultipleChooserPanel
from cms.viewsets.saving import FreshForm
from shop.catalog.html import clean_html
from shop.catalog.models import Sku, Spu
from shop.catalog.services import (
    OptionInput,
    PictureInput,
    SpecInput,
    save_pictures,
    save_specs,
    save_spu,
)


class SpuForm(FreshForm):
    """A product with its specs and gallery; three services write them in one transaction."""

    class Meta(FreshForm.Meta):
        error_messages = {
            "code": {"unique": _("该商品编码已被使用")},
            "slug": {"unique": _("该路径名已被使用")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["category"] = LeafChoiceField(
            label=_("分类"), queryset=leaves(), empty_label=_("请选择"), help_text=_("商品只能放在第三级分类下。")
        )
        self.fields["brand"].empty_label = _("（无品牌）")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("detail", "packing", "service"):
            if name in cleaned:
                # A form that is shown again shows what would be stored.
                cleaned[name] = clean_html(cleaned[name])
        return cleaned

    def save_by_service(self) -> Spu:
        spu = save_spu(spu_id=self.instance.pk, **self.changed_fields)
        if self._has_changed("specs"):
            save_specs(spu_id=spu.pk, specs=self._specs())
        if self._has_changed("pictures"):
            save_pictures(spu_id=spu.pk, pictures=self._pictures())
        return spu

    def _has_changed(self, relation: str) -> bool:
        return any(form.has_changed() for form in self.formsets[relation].forms)

    def _specs(self) -> list[SpecInput]:
        return [
            SpecInput(
                id=form.instance.pk,
                name=form.cleaned_data["name"],
                options=[
                    OptionInput(id=option.instance.pk, value=option.cleaned_data["value"])
                    for option in form.formsets["options"].ordered_forms
                ],
            )
            for form in self.formsets["specs"].ordered_forms
        ]

    def _pictures(self) -> list[PictureInput]:
        return [
            PictureInput(image_id=form.cleaned_data["image"].pk, sku_id=getattr(form.cleaned_data["sku"], "pk", None))
            for form in self.formsets["pictures"].ordered_forms
        ]


class PictureFormSet(BaseChildFormSet):
    """Offers the product's own SKUs, not those of the whole shop."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        choice: Any = form.fields["sku"]
        choice.queryset = self._skus
        choice.empty_label = _("（全部 SKU）")

    @property
    def _skus(self) -> QuerySet[Sku]:
        return Sku.objects.filter(spu_id=self.instance.pk) if self.instance.pk else Sku.objects.none()


BASICS = ObjectList(
    [
        FieldPanel("name"),
        FieldPanel("caption"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("status")]),
        FieldRowPanel([FieldPanel("category"), FieldPanel("brand")]),
        FieldRowPanel(
            [FieldPanel("on_sale_at"), FieldPanel("off_sale_at")],
            heading=_("上下架时间"),
            help_text=_("状态为“上架”时生效；到点自动上架、下架。"),
        ),
        FieldRowPanel(
            [FieldPanel("is_new"), FieldPanel("is_hot"), FieldPanel("is_recommended"), FieldPanel("ship_free")],
            heading=_("标记"),
        ),
    ],
    heading=_("基本信息"),
)
SPECS = ObjectList(
    [
        OrderedInlinePanel(
            "specs",
            label=_("规格"),
            heading=_("规格与选项"),
            help_text=_(
                "例如规格“颜色”，选项“黑色”“白色”。保存后在“SKU 矩阵”里生成 SKU。"
                "新增规格时，已有的 SKU 归入它的第一个选项；已用于 SKU 的选项不能删除。"
            ),
            panels=[
                FieldPanel("name"),
                OrderedInlinePanel("options", label=_("选项"), min_num=1, panels=[FieldPanel("value")]),
            ],
        )
    ],
    heading=_("规格"),
)
PICTURES = ObjectList(
    [
        FieldPanel("default_image", help_text=_("列表里显示的图；留空则用图集的第一张。")),
        OrderedMultipleChooserPanel(
            "pictures",
            chooser_field_name="image",
            label=_("图片"),
            heading=_("图集"),
            formset=PictureFormSet,
            panels=[FieldPanel("image"), FieldPanel("sku")],
        ),
    ],
    heading=_("图片"),
)
TEXTS = ObjectList(
    [
        FieldPanel("detail", widget=ProductTextArea),
        FieldPanel("packing", widget=ProductTextArea),
        FieldPanel("service", widget=ProductTextArea),
    ],
    heading=_("图文详情"),
)
SEO = ObjectList(
    [
        MultiFieldPanel(
            [
                FieldPanel("slug", help_text=_("用于网址；留空按名称的拼音生成。")),
                FieldPanel("seo_title"),
                FieldPanel("seo_description", widget=forms.Textarea(attrs={"rows": 3})),
            ],
            heading=_("搜索引擎与分享"),
        )
    ],
    heading="SEO",
)

EDIT_HANDLER = TabbedInterface([BASICS, SPECS, PICTURES, TEXTS, SEO], base_form_class=SpuForm)
