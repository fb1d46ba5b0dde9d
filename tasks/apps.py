from django.apps import AppConfig


class TasksConfig(AppConfig):
    """The Huey edge; every process that emits events loads the wiring."""

    name = "tasks"
    verbose_name = "后台任务"

    def ready(self) -> None:
        from tasks import borrowed, wiring

        wiring.connect()
        borrowed.mend()
