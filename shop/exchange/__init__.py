"""The catalog in and out as a file that merchants edit: ``import_file``, ``export_file``, ``write_template``.

Above the stock, because an import sets it; otherwise beside the catalog's services.
"""

from shop.exchange.exporting import export_file
from shop.exchange.importing import import_file
from shop.exchange.report import Issue, Progress, Report, Severity, Stage
from shop.exchange.template import write_template

__all__ = ["Issue", "Progress", "Report", "Severity", "Stage", "export_file", "import_file", "write_template"]
