"""What is done with all ticked products at once."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.forms import Form
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.log_actions import log

from cms.viewsets.catalog.spu_listing import listed_spus
from kernel.errors import DomainError
from shop.catalog.models import Spu
from shop.catalog.services import SpuFlags, put_on_sale, set_spu_flags, take_off_sale


class SpuBulkAction(BulkAction):
    """One service over the ticked products, or over everything that the list's filters show."""

    models: ClassVar[list[type[Spu]]] = [Spu]
    template_name = "cms/catalog/confirm_bulk.html"
    display_name: ClassVar[str | Promise] = ""
    action_type: ClassVar[str] = ""
    #: What the history of each product says.
    log_action: ClassVar[str]

    aria_label: ClassVar[str | Promise] = ""

    def __init_subclass__(cls) -> None:
        # Wagtail reads it from the class.
        cls.aria_label = cls.display_name

    @classmethod
    def change(cls, spu_ids: Collection[int]) -> int:
        """Let the service do it and return how many are different now."""
        raise NotImplementedError

    @classmethod
    def get_queryset(cls, model: type[Spu], object_ids: Iterable[Any]) -> list[Spu]:
        ids = [int(pk) for pk in object_ids if str(pk).isdecimal() and len(str(pk)) < 19]
        return list(Spu.objects.filter(pk__in=ids).order_by("pk"))

    def get_all_objects_in_listing_query(self, parent_id: Any) -> list[int]:
        return list(listed_spus(self.request).values_list("pk", flat=True))

    def check_perm(self, obj: Spu) -> bool:
        return bool(self.request.user.has_perm("shop.change_spu"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(display_name=self.display_name, **kwargs)

    def get_execution_context(self) -> dict[str, Any]:
        return {"user": self.request.user}

    @classmethod
    def execute_action(cls, objects: list[Spu], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        changed = cls.change([spu.pk for spu in objects])
        for spu in objects:
            log(instance=spu, action=cls.log_action, user=user)
        return changed, 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        done = ngettext("%(count)s 件商品已更新", "%(count)s 件商品已更新", num_parent_objects)
        return f"{self.display_name}：{done % {'count': num_parent_objects}}"

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            return super().form_valid(form)
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)


class PutOnSale(SpuBulkAction):
    display_name = _("上架")
    action_type = "put_on_sale"
    action_priority = 10
    log_action = "shop.put_on_sale"

    @classmethod
    def change(cls, spu_ids: Collection[int]) -> int:
        return put_on_sale(spu_ids=spu_ids)


class TakeOffSale(SpuBulkAction):
    display_name = _("下架")
    action_type = "take_off_sale"
    action_priority = 20
    log_action = "shop.take_off_sale"

    @classmethod
    def change(cls, spu_ids: Collection[int]) -> int:
        return take_off_sale(spu_ids=spu_ids)


class MarkAction(SpuBulkAction):
    """Gives the products a mark, or takes it away."""

    log_action = "shop.mark"
    flags: ClassVar[SpuFlags]

    @classmethod
    def change(cls, spu_ids: Collection[int]) -> int:
        return set_spu_flags(spu_ids=spu_ids, **cls.flags)


class MarkNew(MarkAction):
    display_name = _("设为新品")
    action_type = "mark_new"
    action_priority = 30
    flags = {"is_new": True}


class MarkRecommended(MarkAction):
    display_name = _("设为推荐")
    action_type = "mark_recommended"
    action_priority = 40
    flags = {"is_recommended": True}


class MarkHot(MarkAction):
    display_name = _("设为热卖")
    action_type = "mark_hot"
    action_priority = 50
    flags = {"is_hot": True}


class UnmarkNew(MarkAction):
    display_name = _("取消新品")
    action_type = "unmark_new"
    action_priority = 60
    flags = {"is_new": False}


class UnmarkRecommended(MarkAction):
    display_name = _("取消推荐")
    action_type = "unmark_recommended"
    action_priority = 70
    flags = {"is_recommended": False}


class UnmarkHot(MarkAction):
    display_name = _("取消热卖")
    action_type = "unmark_hot"
    action_priority = 80
    flags = {"is_hot": False}


ACTIONS = (PutOnSale, TakeOffSale, MarkNew, MarkRecommended, MarkHot, UnmarkNew, UnmarkRecommended, UnmarkHot)
