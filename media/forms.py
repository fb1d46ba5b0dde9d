"""The upload form of the back office, with our checks before Wagtail's."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from kernel.errors import Invalid
from media.validators import check_picture


class CheckedImageField(WagtailImageField):
    """Looks through the whole picture first: Wagtail's own checks end in an OSError on one that breaks off."""

    def to_python(self, data: Any) -> Any:
        if data not in self.empty_values:
            try:
                check_picture(data)
            except Invalid as wrong:
                raise ValidationError(wrong.message, code=wrong.code) from wrong
        return super().to_python(data)


class CheckedImageForm(BaseImageForm):
    """Refuses what is not a whole picture, with the reason at the field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            # Wagtail 8.0 makes this field itself, with no say for us in its class.
            self.fields["file"].__class__ = CheckedImageField
