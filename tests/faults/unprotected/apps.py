from django.apps import AppConfig


class UnprotectedConfig(AppConfig):
    name = "tests.faults.unprotected"
    label = "unprotected"

    def ready(self):
        from kernel import reading
        from meiduo.replicas import scope

        reading.is_fresh = lambda: False
        scope._failing_over = lambda execute, *statement: execute(*statement)
