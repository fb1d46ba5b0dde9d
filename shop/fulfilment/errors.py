"""What can be wrong with a file of shipments."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import Invalid


class ColumnsMissing(Invalid):
    """The header lacks columns: ``columns``."""

    code = "shipping.columns"
    text = _("缺少列：%(columns)s")
    field = "file"


class TooManyRows(Invalid):
    code = "shipping.too_many_rows"
    text = _("一次最多 %(most)s 行，请拆分后再导入")
    field = "file"
