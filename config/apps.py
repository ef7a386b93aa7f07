"""The app that knows every other: its checks hold them together."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Runnable Bank"


class BankAdminConfig(AdminConfig):
    """Django's admin with a first page of our own."""

    default_site = "config.admin.BankAdminSite"
