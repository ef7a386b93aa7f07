"""The app that knows every other: its checks hold them together."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Runnable Bank"
