"""The upload form of the back office, with our checks before Wagtail's."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.images.forms import BaseImageForm

from kernel.errors import Invalid
from media.validators import check_picture


class CheckedImageForm(BaseImageForm):
    """Refuses what is not a whole picture, with the reason at the field."""

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if file is not None and "file" in self.changed_data:
            try:
                check_picture(file)
            except Invalid as wrong:
                raise ValidationError(wrong.message, code=wrong.code) from wrong
        return file
