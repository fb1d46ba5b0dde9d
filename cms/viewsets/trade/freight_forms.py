"""The form of a freight template and of its rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.viewsets.trade.areas import AreaBook, AreaWrong
from shop.shipping.freight_templates import RuleInput
from shop.shipping.models import FreightTemplate

#: Rules of one template.
MOST_RULES = 60


class FreightTemplateForm(forms.ModelForm):
    """How freight is counted; the service writes it."""

    class Meta:
        model = FreightTemplate
        fields = ["name", "basis", "free_from", "is_default"]

    free_from = forms.DecimalField(
        label=_("满额包邮"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("商品金额达到即免运费；留空：不包邮"),
    )

    def _post_clean(self) -> None:
        """The service checks the tables' rules itself; the instance is never written."""


class RuleForm(forms.Form):
    """What freight costs for some areas, or for all others."""

    areas = forms.CharField(
        label=_("地区"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 2, "data-areas": ""}),
        help_text=_("留空：其余所有地区。写名称或代码，用顿号隔开，例如 广东省、北京市朝阳区。"),
    )
    no_delivery = forms.BooleanField(label=_("不配送"), required=False)
    first_units = forms.IntegerField(label=_("首重/首件"), min_value=1, max_value=10_000_000, initial=1)
    first_fee = forms.DecimalField(label=_("首费"), min_value=0, max_digits=8, decimal_places=2, initial=0)
    further_units = forms.IntegerField(label=_("续重/续件"), min_value=1, max_value=10_000_000, initial=1)
    further_fee = forms.DecimalField(label=_("续费"), min_value=0, max_digits=8, decimal_places=2, initial=0)

    def __init__(self, *args: Any, book: AreaBook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = book

    def clean_areas(self) -> list[int]:
        try:
            return self.book.parse(self.cleaned_data["areas"])
        except AreaWrong as wrong:
            raise forms.ValidationError(str(wrong), code="area") from wrong

    def rule(self) -> RuleInput:
        """What the service takes."""
        said = self.cleaned_data
        return RuleInput(
            area_codes=said["areas"],
            no_delivery=said["no_delivery"],
            first_units=said["first_units"],
            first_fee=said["first_fee"],
            further_units=said["further_units"],
            further_fee=said["further_fee"],
        )


class RuleFormSet(forms.BaseFormSet):
    """Rules in their order; a ticked box takes one away."""

    def rules(self) -> list[RuleInput]:
        """What is left of them."""
        kept = [form for form in self.forms if not form.cleaned_data.get("DELETE")]
        return [form.rule() for form in kept]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = gettext("删除")


rule_formset = forms.formset_factory(
    RuleForm,
    formset=RuleFormSet,
    extra=0,
    can_delete=True,
    max_num=MOST_RULES,
    validate_max=True,
    min_num=1,
    validate_min=True,
)
