"""The bank: what can be asked and read."""

from django.apps import AppConfig


class QbankConfig(AppConfig):
    name = "qbank"
    verbose_name = "Bank"
