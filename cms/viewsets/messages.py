"""Messages of buyers: a list to work off, and an answer to each."""

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from cms.viewsets.filters import ChoiceFilter
from cms.viewsets.inspecting import PlainInspectView
from cms.viewsets.read_only import ReadOnlyViewSet
from cms.viewsets.saving import show_refusal
from kernel.errors import DomainError
from shop.messages.models import BuyerMessage
from shop.messages.services import answer_message

ANSWER = "shop.answer_buyermessage"


class MessageFilterSet(WagtailFilterSet):
    kind = ChoiceFilter(label=_("类型"), choices=BuyerMessage.Kind.choices, empty_label=_("全部"))
    open = ChoiceFilter(
        label=_("状态"),
        choices=[("yes", _("待回复")), ("no", _("已回复"))],
        empty_label=_("全部"),
        method="by_answer",
    )

    class Meta:
        model = BuyerMessage
        fields = ["kind"]

    def by_answer(self, rows: QuerySet[BuyerMessage], name: str, value: str) -> QuerySet[BuyerMessage]:
        return rows.filter(answer="") if value == "yes" else rows.exclude(answer="")


class MessageIndexView(generic.IndexView):
    any_permission_required = ["view", "answer"]

    def get_base_queryset(self) -> QuerySet[BuyerMessage]:
        return super().get_base_queryset().select_related("user")

    def search_queryset(self, queryset: QuerySet[BuyerMessage]) -> QuerySet[BuyerMessage]:
        query = self.search_query.replace("\x00", "")
        if not query:
            return queryset
        words = Q(subject__icontains=query) | Q(message__icontains=query)
        return queryset.filter(words | Q(user__username__icontains=query))


class MessageInspectView(PlainInspectView):
    any_permission_required = ["view", "answer"]

    def get_user_display_value(self) -> SafeString:
        user = self.object.user
        if not self.request.user.has_perm("accounts.view_customer"):
            return format_html("{}", user.username)
        return format_html('<a href="{}">{}</a>', reverse("customer:inspect", args=[user.pk]), user.username)

    def get_picture_display_value(self) -> SafeString | str:
        if not self.object.picture:
            return "-"
        return format_html(
            '<a href="{0}" target="_blank" rel="noreferrer"><img src="{0}" alt="{1}" width="240"></a>',
            self.object.picture.url,
            gettext("买家上传的图片"),
        )

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if not self.request.user.has_perm(ANSWER):
            return []
        address = reverse("buyermessage:answer", args=[self.object.pk])
        return [Button(_("回复"), url=address, icon_name="edit", priority=10)]


class AnswerForm(forms.Form):
    """What the shop says."""

    answer = forms.CharField(label=_("回复"), max_length=2000, widget=forms.Textarea({"rows": 6}))


class AnswerView(WagtailAdminTemplateMixin, FormView):
    """The message, and room for the answer that the buyer will see."""

    form_class = AnswerForm
    template_name = "cms/messages/answer.html"
    page_title = _("回复留言")
    header_icon = "mail"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(ANSWER):
            raise PermissionDenied
        self.row = get_object_or_404(BuyerMessage.objects.select_related("user"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.row.subject

    def get_initial(self) -> dict[str, Any]:
        return {"answer": self.row.answer}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("buyermessage:index"), "label": gettext("留言")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.get_header_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(message=self.row, **kwargs)
        return context

    def form_valid(self, form: AnswerForm) -> HttpResponse:
        try:
            answer_message(
                message_id=self.row.pk, answer=form.cleaned_data["answer"], by_id=cast(int, self.request.user.pk)
            )
        except DomainError as refused:
            show_refusal(form, refused)
            return self.form_invalid(form)
        log(instance=self.row, action="shop.answer_message", user=self.request.user)
        messages.success(self.request, gettext("已回复“%(subject)s”") % {"subject": self.row.subject})
        return redirect(reverse("buyermessage:index"))


class BuyerMessageViewSet(ReadOnlyViewSet):
    """What buyers wrote. The words are theirs: staff add the answer and nothing else."""

    model = BuyerMessage
    name = "buyermessage"
    icon = "mail"
    menu_label = _("留言")
    menu_name = "buyer-messages"
    index_view_class = MessageIndexView
    inspect_view_class = MessageInspectView
    permissions = ("view", "answer")
    search_fields = ["subject", "message"]
    filterset_class = MessageFilterSet
    list_display = [
        "subject",
        Column("kind", label=_("类型"), accessor="get_kind_display", sort_key="kind"),
        Column("user", label=_("用户"), accessor="user.username"),
        DateColumn("created_at", label=_("时间"), sort_key="created_at"),
        DateColumn("answered_at", label=_("回复时间"), sort_key="answered_at"),
    ]
    inspect_view_fields = [
        "user",
        "kind",
        "subject",
        "message",
        "picture",
        "created_at",
        "answer",
        "answered_by",
        "answered_at",
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("answer/<int:pk>/", AnswerView.as_view(), name="answer")]
