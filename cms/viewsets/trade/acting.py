"""One thing that staff do to one row: its own permission, a page that asks, a service, a log entry, the way back."""

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from accounts.models import User
from cms.viewsets.saving import show_refusal
from kernel.errors import DomainError

Text = str | Promise


class ActionView(WagtailAdminTemplateMixin, FormView):
    """Shows what will happen and what it needs, then lets a service do it.

    A refusal of the service stands in the form, at its field where it names one; nothing is logged then.
    """

    #: ``app.codename``: who may open and send this page.
    permission: ClassVar[str]
    #: The action of Wagtail's log.
    log_action: ClassVar[str]
    form_class: type[forms.Form] = forms.Form
    template_name = "cms/trade/action.html"
    button_label: ClassVar[Text] = _("确定")
    #: Red, for what cannot be taken back.
    is_serious: ClassVar[bool] = False
    index_url_name: ClassVar[str]
    index_label: ClassVar[Text]
    inspect_url_name: ClassVar[str | None] = None

    row: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not cast(Any, request.user).has_perm(self.permission):
            raise PermissionDenied
        self.row = get_object_or_404(self.get_rows(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_rows(self) -> QuerySet[Any]:
        """The rows among which the one of the address is looked for."""
        raise NotImplementedError

    def act(self, form: Any) -> Text:
        """Let the service do it and return what to tell. Raises: DomainError."""
        raise NotImplementedError

    @property
    def staff(self) -> User:
        """Who acts."""
        return cast(User, self.request.user)

    @property
    def back(self) -> str:
        """Where this page was opened from, else the row's own page."""
        given: str = get_valid_next_url_from_request(self.request)
        return given or self.own_page

    @property
    def own_page(self) -> str:
        """The page of the row, or the list where it has none."""
        if self.inspect_url_name is None:
            return reverse(self.index_url_name)
        return reverse(self.inspect_url_name, args=[self.row.pk])

    def get_intro(self) -> Text:
        """What stands above the form."""
        return ""

    def get_warning(self) -> Text:
        """What to mind, in a box."""
        return ""

    def get_button_label(self) -> Text:
        return self.button_label

    @property
    def row_label(self) -> str:
        """What the row is called."""
        return str(self.row)

    def get_page_subtitle(self) -> str:
        return self.row_label

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = [*self.breadcrumbs_items, {"url": reverse(self.index_url_name), "label": self.index_label}]
        if self.inspect_url_name is not None:
            items.append({"url": self.own_page, "label": self.row_label})
        return [*items, {"url": "", "label": self.get_page_title(), "sublabel": self.row_label}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(
            row=self.row,
            back=self.back,
            next=get_valid_next_url_from_request(self.request),
            intro=self.get_intro(),
            warning=self.get_warning(),
            button_label=self.get_button_label(),
            is_serious=self.is_serious,
            **kwargs,
        )
        return context

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            said = self.act(form)
        except DomainError as refused:
            show_refusal(form, refused)
            return self.form_invalid(form)
        self.log()
        messages.success(self.request, said)
        return redirect(self.back)

    def log(self, row: Model | None = None, **data: Any) -> None:
        """Write who did it into the log of the row, or of another one."""
        log(instance=row or self.row, action=self.log_action, user=self.staff, data=data or self.get_log_data())

    def get_log_data(self) -> dict[str, Any] | None:
        """What the log entry says besides who, what and when."""
        return None
