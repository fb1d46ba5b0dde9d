"""The operator's screens in the back office.

They stand here and not in ``cms``: that room may not know the queue, and ``tasks`` may not know Wagtail. Only the
project itself sees both.
"""
