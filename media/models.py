"""Pictures and documents, shared by content and catalog."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition, Filter
from wagtail.images.models import Image as WagtailImage

from kernel.errors import Invalid
from kernel.events import emit_on_commit
from media.documents import check_document
from media.events import PictureStored

#: The ready sizes of CONTRACT rule 8, in WebP. ``width``: fit in; ``fill``: cut around the focal point.
SIZES: Mapping[str, str] = {
    "thumb": "fill-160x160|format-webp|webpquality-80",
    "card": "fill-400x400|format-webp|webpquality-80",
    "full": "max-1200x1200|format-webp|webpquality-85",
}


class MallImage(AbstractImage):
    """A picture with what it shows in words, for buyers who cannot see it."""

    alt = models.CharField(_("替代文字"), max_length=200, blank=True, help_text=_("读屏软件读出的内容；留空则用标题"))

    admin_form_fields = (*WagtailImage.admin_form_fields, "alt")

    class Meta(AbstractImage.Meta):
        verbose_name = _("图片")
        verbose_name_plural = _("图片")
        permissions = [("choose_image", "Can choose image")]

    @property
    def default_alt_text(self) -> str:
        return self.alt or self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Emits: PictureStored for a new picture, after commit. Wagtail's screens save without a service of ours."""
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new:
            emit_on_commit(PictureStored(image_id=self.pk))

    def generate_rendition_file(self, filter: Filter, *, source: File | None = None) -> File:
        """As Wagtail's, but in memory: nobody closes the temporary file that Wagtail hands out."""
        with super().generate_rendition_file(filter, source=source) as made:
            made.seek(0)
            return ContentFile(made.read(), name=made.name)


class Rendition(AbstractRendition):
    """One ready size of a picture; made once, kept in the file store."""

    image = models.ForeignKey(MallImage, models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class MallDocument(AbstractDocument):
    """A file for downloading."""

    admin_form_fields = WagtailDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("文件")
        verbose_name_plural = _("文件")
        permissions = [("choose_document", "Can choose document")]

    def clean(self) -> None:
        """Refuse a new file that is not what its name says; every form and API of Wagtail asks here."""
        super().clean()
        if self.file and not self.file._committed:
            try:
                check_document(self.file.file, self.file.name)
            except Invalid as wrong:
                raise ValidationError({"file": ValidationError(wrong.message, code=wrong.code)}) from wrong
