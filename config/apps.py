"""The app that knows every other: its checks hold them together."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy
from django_tasks_db.apps import TasksAppConfig

# What the task queue calls its model, fields and states; its package has no Chinese, our catalogue has.
TASK_WORDS = (
    *(gettext_noop("Task Result"), gettext_noop("Task Results"), gettext_noop("status")),
    *(gettext_noop("enqueued at"), gettext_noop("started at"), gettext_noop("finished at")),
    *(gettext_noop("args kwargs"), gettext_noop("priority"), gettext_noop("task path")),
    *(gettext_noop("worker id"), gettext_noop("queue name"), gettext_noop("backend name")),
    *(gettext_noop("run after"), gettext_noop("return value"), gettext_noop("traceback")),
    gettext_noop("exception class path"),
    *(pgettext_lazy("Task", "Ready"), pgettext_lazy("Task", "Running")),
    *(pgettext_lazy("Task", "Failed"), pgettext_lazy("Task", "Successful")),
)
# What Django says in its admin and has no Chinese for.
ADMIN_WORDS = (
    *(gettext_noop("Model name"), gettext_noop("Add link"), gettext_noop("Change or view list link")),
)


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Runnable Bank"


class BankAdminConfig(AdminConfig):
    """Django's admin with a first page of our own."""

    default_site = "config.admin.BankAdminSite"


class TasksConfig(TasksAppConfig):
    """The task queue under a name in the reader's language."""

    verbose_name = _("Task queue")  # type: ignore[assignment]
