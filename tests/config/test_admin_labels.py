"""An editor who reads Chinese finds every column and field of the admin named in Chinese."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.test import RequestFactory
from django.utils.translation import override

NOT_WORDS = {"ID", "id"}  # the same in both languages
# Texts in the task queue's package that are no fields and cannot be translated from outside.
NOT_OURS = {"Task name", "run after", "traceback"}


@pytest.fixture
def editors_request(rf: RequestFactory, admin_user):
    request = rf.get("/admin/")
    request.user = admin_user
    return request


def labels(of: BaseModelAdmin, request) -> Iterator[tuple[str, str]]:
    columns = getattr(of, "list_display", ())
    shown = flatten_fieldsets(of.get_fieldsets(request, of.model()))
    for name in {*columns, *shown} - {"action_checkbox", "__str__"}:
        yield name, str(label_for_field(name, of.model, of))


@pytest.mark.django_db
def test_every_field_of_the_admin_has_a_chinese_name(editors_request):
    with override("zh-hans"):
        forms = [
            part
            for own in admin.site._registry.values()
            for part in (own, *own.get_inline_instances(editors_request))
        ]
        bare = [
            f"{form.model.__name__}.{name}: {label}"
            for form in forms
            for name, label in labels(form, editors_request)
            if label.isascii() and label not in NOT_WORDS | NOT_OURS
        ]
    assert not bare, "\n".join(bare)
