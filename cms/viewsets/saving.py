"""Wagtail's forms and views over our services: what a service refuses stands at the field it is about."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import models, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.actions import action_registry
from wagtail.actions.delete import DeleteAction
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.views import generic
from wagtail.log_actions import log
from wagtail.log_actions import registry as log_registry

from cms.viewsets.hints import say_used
from kernel.errors import DomainError

#: The hidden field that carries the moment of the row's last change as the form was opened.
SEEN = "seen_at"


class ServiceForm(WagtailAdminModelForm):
    """A form that checks what was typed and hands it to a service; the instance it filled is never written.

    Wagtail's create and edit actions call ``save`` and write the log entry.
    """

    data: Any
    instance: Any

    class Meta(WagtailAdminModelForm.Meta):
        pass

    def save_by_service(self) -> models.Model:
        """Let the service write ``cleaned_data`` and return the row. Raises: DomainError."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        # The services check the tables' rules themselves, with a text at a field; Django's names the constraint.
        self.instance.validate_constraints = lambda exclude=None: None
        try:
            super()._post_clean()
        finally:
            del self.instance.validate_constraints

    def save(self, commit: bool = True) -> models.Model:
        self.instance = self.save_by_service()
        return self.instance

    @property
    def changed_fields(self) -> dict[str, Any]:
        """What the form's plain fields say, with foreign keys as ``…_id``, as the services take them."""
        values = {}
        for name in self.fields:
            if name in self.cleaned_data and name != SEEN:
                value = self.cleaned_data[name]
                is_key = self._meta.model._meta.get_field(name).is_relation
                values[f"{name}_id" if is_key else name] = value.pk if is_key and value else value
        return values


class FreshForm(ServiceForm):
    """Says when somebody else saved the row since this form was opened; saving once more then overwrites.

    For models with ``updated_at``.
    """

    class Meta(ServiceForm.Meta):
        pass

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            seen = forms.CharField(required=False, widget=forms.HiddenInput, initial=self._stamp(self.instance))
            self.fields[SEEN] = seen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        seen = cleaned.pop(SEEN, None)
        if not self.instance.pk or not seen:
            return cleaned
        now = self._stamp(self._meta.model.objects.get(pk=self.instance.pk))
        if seen != now:
            entry = log_registry.get_logs_for_instance(self.instance).select_related("user").first()
            who = entry.user.get_username() if entry and entry.user else _("其他人")
            text = _("%(who)s 在你打开之后修改过。请核对后再保存一次，你的内容将覆盖对方的修改。") % {"who": who}
            self.add_error(None, forms.ValidationError(text, code="changed_meanwhile"))
            said = self.data.copy()
            said[self.add_prefix(SEEN)] = now
            self.data = said
        return cleaned

    @staticmethod
    def _stamp(row: Any) -> str:
        return str(row.updated_at.isoformat())


def show_refusal(form: BaseForm, refused: DomainError) -> None:
    """Put what a service refused at its field, at the head of its inline list, or at the top of the form."""
    formsets = getattr(form, "formsets", {})
    if refused.field in formsets:
        formset = formsets[refused.field]
        formset._non_form_errors = formset.error_class([refused.message])
        form.add_error(None, refused.message)
    else:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)


class RefusalMixin:
    """For create and edit views: a refusal of the service shows the form again, with nothing written."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except DomainError as refused:
            show_refusal(form, refused)
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined]


class ServiceCreateView(RefusalMixin, generic.CreateView):
    """Makes a row by a service."""


class ServiceEditView(RefusalMixin, generic.EditView):
    """Changes a row by a service."""


class ServiceDeleteView(generic.DeleteView):
    """Deletes a row by a service; a refusal is told, and the row's own screen shown again.

    Before that it says where content shows or links to the row.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        say_used(request, self.object)
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except DomainError as refused:
            messages.error(self.request, refused.message)
            return redirect(reverse(self.edit_url_name, args=[self.object.pk]))


def deletes_by(model: type[models.Model], service: Callable[[int], None]) -> None:
    """From now on Wagtail deletes rows of this model by this service, which takes the row's id."""

    class Action(DeleteAction):
        def _delete(self) -> None:
            with transaction.atomic():
                log(instance=self.instance, action=self.log_action, user=self.user, deleted=True)
                service(self.instance.pk)

    action_registry.register(model, Action)
