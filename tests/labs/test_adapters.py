"""Adapters as things one keeps: trained by runs, listed, taken away, deleted, pruned."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Learner
from labs import learners, services, storage
from labs.adapters import find_adapters, shipped_adapters
from labs.core.adapter_file import AdapterError
from labs.core.config import Lab
from labs.models import Adapter, LabRun
from labs.services import Trained
from tests.labs.experiments.counting import RESULT

ADAPTERS = "/api/v1/labs/adapters/"
JSON = "application/json"
pytestmark = pytest.mark.django_db


def file_of(number: int, task: str = "gap") -> bytes:
    """A safetensors file of one matrix, other for each number."""
    config = {
        "r": 2,
        "peft_type": "LORA",
        "base_model_name_or_path": "sha256:abc",
        "task": task,
        "number": number,
    }
    header = json.dumps(
        {
            "__metadata__": {"adapter_config": json.dumps(config)},
            "a": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]},
        }
    ).encode()
    return len(header).to_bytes(8, "little") + header + bytes(8)


def keep(learner: Learner, *numbers: int) -> list[Adapter]:
    return services.keep_adapters(trained=[Trained(file_of(n), 0.5) for n in numbers], learner=learner)


def signed_in(learner: Learner) -> Client:
    """A client whose learner this is."""
    if learner.user is None:
        learner.user = User.objects.create(username=str(learner.id))
        learner.save()
    client = Client()
    client.force_login(learner.user)
    return client


def finish(run: LabRun, *numbers: int, status: LabRun.Status = LabRun.Status.SUCCEEDED) -> None:
    claim = services.claim_run(run_id=run.id)
    assert claim is not None
    services.finish_run(
        run_id=run.id,
        attempt=claim.attempt,
        status=status,
        result=RESULT,
        adapters=[Trained(file_of(n), 0.9) for n in numbers],
    )


def test_what_a_run_trained_is_kept_for_who_started_it(queued: LabRun, adapter_folder: Path) -> None:
    finish(queued, 1)
    (adapter,) = Adapter.objects.of_learner(queued.learner)
    assert (adapter.name, adapter.task, adapter.base, adapter.accuracy) == ("gap-r2", "gap", "abc", 0.9)
    assert (adapter.run, adapter.parameters, adapter.size) == (queued, 2, len(file_of(1)))
    assert adapter.config == {
        "r": 2,
        "peft_type": "LORA",
        "base_model_name_or_path": "sha256:abc",
        "number": 1,
    }
    assert [path.name for path in adapter_folder.iterdir()] == [f"{adapter.checksum}.safetensors"]
    assert storage.path_of(adapter.checksum).read_bytes() == file_of(1)


def test_a_superseded_runner_keeps_nothing(queued: LabRun, adapter_folder: Path) -> None:
    services.claim_run(run_id=queued.id)
    LabRun.objects.update(attempt=2)
    with pytest.raises(services.Superseded):
        services.finish_run(
            run_id=queued.id,
            attempt=1,
            status=LabRun.Status.SUCCEEDED,
            result={},
            adapters=[Trained(file_of(1))],
        )
    assert not Adapter.objects.exists()
    assert not adapter_folder.exists()


def test_a_run_whose_learner_has_gone_keeps_nothing(queued: LabRun) -> None:
    assert queued.learner is not None
    queued.learner.delete()
    finish(queued, 1)
    assert not Adapter.objects.exists()


def test_the_same_file_again_is_the_same_adapter(learner: Learner, other_learner: Learner) -> None:
    first, second = keep(learner, 1)[0], keep(learner, 1)[0]
    assert first.id == second.id
    assert keep(other_learner, 1)[0].id != first.id
    assert Adapter.objects.count() == 2


def test_the_newest_twenty_are_kept(learner: Learner, other_learner: Learner, adapter_folder: Path) -> None:
    (theirs,) = keep(other_learner, 0)
    for number in range(services.ADAPTERS_A_LEARNER + 2):
        keep(learner, number)
    kept = {adapter.config["number"] for adapter in Adapter.objects.of_learner(learner)}
    assert kept == set(range(2, services.ADAPTERS_A_LEARNER + 2))
    assert len(list(adapter_folder.iterdir())) == services.ADAPTERS_A_LEARNER + 1
    assert storage.path_of(theirs.checksum).exists()


def test_a_file_that_is_no_adapter_is_refused(learner: Learner) -> None:
    for data in (b"", b"12345678", bytes(16), file_of(1)[:30]):
        with pytest.raises(AdapterError):
            services.keep_adapters(trained=[Trained(data)], learner=learner)


def test_a_file_stays_while_somebody_else_keeps_it(learner: Learner, other_learner: Learner) -> None:
    (mine,), (theirs,) = keep(learner, 1), keep(other_learner, 1)
    services.delete_adapter(adapter=mine, learner=learner)
    assert storage.path_of(theirs.checksum).exists()
    services.delete_adapter(adapter=theirs, learner=other_learner)
    assert not storage.path_of(theirs.checksum).exists()


def test_shipped_adapters_are_named_by_name_or_by_an_id_of_their_own() -> None:
    shipped = shipped_adapters()["gap-r8"]
    assert shipped.task == "gap"
    assert shipped.config["r"] == 8
    found = find_adapters(["gap-r8", str(shipped.id), "none", str(uuid4())])
    assert {adapter.checksum for adapter in found.values()} == {shipped.checksum}
    assert set(found) == {"gap-r8", str(shipped.id)}


def test_learners_list_their_own_adapters_and_those_of_everybody(
    learner: Learner, other_learner: Learner, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keep(learner, 1, 2)
    keep(other_learner, 3)
    lists = {
        who: client.get(ADAPTERS)
        for who, client in {
            "owner": signed_in(learner),
            "other": signed_in(other_learner),
            "anonymous": Client(),
        }.items()
    }
    shipped = [True] * len(shipped_adapters())
    assert {who: [row["shipped"] for row in found.json()] for who, found in lists.items()} == {
        "owner": [False, False, *shipped],
        "other": [False, *shipped],
        "anonymous": shipped,
    }
    assert [row["mine"] for row in lists["owner"].json()][:3] == [True, True, False]
    assert not lists["anonymous"].cookies
    with django_assert_num_queries(0):
        Client().get(ADAPTERS)


def test_the_list_takes_the_same_queries_however_many_adapters_there_are(
    client: Client, lab: Lab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.post(ADAPTERS, {}, content_type=JSON)
    owner = LabRun.objects.get().learner
    assert owner is not None
    keep(owner, *range(6))
    with django_assert_num_queries(2):  # learner, adapters
        assert len(client.get(ADAPTERS).json()) == 6 + len(shipped_adapters())


def test_anybody_with_its_address_reads_and_takes_an_adapter(
    learner: Learner, other_learner: Learner
) -> None:
    (adapter,) = keep(learner, 1)
    for client in (signed_in(learner), signed_in(other_learner), Client()):
        shown = client.get(f"{ADAPTERS}{adapter.id}/").json()
        assert shown["checksum"] == adapter.checksum
        assert client.get(shown["download"]).status_code == 200


def test_only_its_owner_deletes_an_adapter(learner: Learner, other_learner: Learner) -> None:
    (mine,) = keep(learner, 1)
    address = f"{ADAPTERS}{mine.id}/"
    for client in (signed_in(other_learner), Client()):
        assert client.delete(address).status_code == 403
    owner = signed_in(learner)
    assert owner.delete(f"{ADAPTERS}gap-r8/").status_code == 403
    assert owner.delete(address).status_code == 204
    assert owner.delete(address).status_code == 404
    assert Client().get(address).status_code == 404


def test_a_page_of_another_site_deletes_nothing(learner: Learner) -> None:
    (mine,) = keep(learner, 1)
    response = signed_in(learner).delete(
        f"{ADAPTERS}{mine.id}/", headers={"Origin": "https://elsewhere.example"}
    )
    assert response.status_code == 403
    assert Adapter.objects.exists()


def test_the_download_holds_the_two_files_of_peft(learner: Learner) -> None:
    (adapter,) = keep(learner, 1)
    response = Client().get(f"{ADAPTERS}{adapter.id}/download/")
    assert f'filename="gap-r2-{adapter.checksum[:8]}.zip"' in response.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    assert set(files) == {"adapter_config.json", "adapter_model.safetensors"}
    assert json.loads(files["adapter_config.json"]) == adapter.config
    assert files["adapter_model.safetensors"] == file_of(1)
    for name, content in files.items():
        assert Client().get(f"{ADAPTERS}{adapter.id}/files/{name}").content == content
    assert response.content == Client().get(f"{ADAPTERS}{adapter.id}/download/").content


def test_what_is_not_there_is_not_found(learner: Learner) -> None:
    (adapter,) = keep(learner, 1)
    storage.remove(adapter.checksum)
    for address in (
        f"{uuid4()}/",
        "none/",
        "base/",
        f"{adapter.id}/download/",
        f"{adapter.id}/files/adapter_model.safetensors",
        f"{adapter.id}/files/secret",
    ):
        assert Client().get(f"{ADAPTERS}{address}").status_code == 404


def test_creating_an_adapter_starts_a_run_of_the_lab_training(client: Client) -> None:
    response = client.post(ADAPTERS, {"settings": {"task": "zh", "r": 4}, "seed": 3}, content_type=JSON)
    assert response.status_code == 201
    run = response.json()
    assert (run["lab"], run["seed"], run["settings"]["r"], run["adapters"]) == ("training", 3, 4, [])
    assert run["waiting"] == 0
    assert response.headers["Location"] == run["url"]
    again = client.post(ADAPTERS, {}, content_type=JSON)
    assert again.status_code == 409


@pytest.mark.parametrize(
    "wanted", [{"r": 0}, {"r": 33}, {"task": "sum"}, {"lr": 1}, {"name": "mine"}, {"scaling": 2}, []]
)
def test_an_adapter_out_of_bounds_is_not_trained(client: Client, wanted: object) -> None:
    response = client.post(ADAPTERS, {"settings": wanted}, content_type=JSON)
    assert response.status_code == 400
    assert response.json()["errors"]
    assert not LabRun.objects.exists()


def test_a_run_names_the_adapters_it_left(client: Client, queued: LabRun) -> None:
    finish(queued, 1)
    (address,) = client.get(f"/api/v1/labs/runs/{queued.id}/").json()["adapters"]
    shown = client.get(address).json()
    assert shown["run"].endswith(f"/runs/{queued.id}/")
    assert shown["accuracy"] == 0.9


def test_signing_in_brings_ones_adapters_along(learner: Learner, other_learner: Learner) -> None:
    keep(learner, 1, 2)
    keep(other_learner, 2, 3)
    learners.merge_learners(into=learner, other=other_learner)
    assert {a.config["number"] for a in Adapter.objects.of_learner(learner)} == {1, 2, 3}
    assert not Adapter.objects.of_learner(other_learner).exists()
    exported = learners.export_learner(learner)["adapters.json"]
    assert [row["config"]["r"] for row in exported] == [2, 2, 2]


def test_learners_become_one_while_nobody_else_changes_files(
    learner: Learner, other_learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(other_learner, 1)
    locked: list[int] = []

    def lock(name: int) -> None:
        assert Adapter.objects.of_learner(other_learner).exists()  # before anything moves
        locked.append(name)

    monkeypatch.setattr(services, "_lock", lock)
    learners.merge_learners(into=learner, other=other_learner)
    assert locked == [services.FILES_LOCK]


def test_deleting_a_learner_deletes_adapters_and_pruning_their_files(
    learner: Learner, adapter_folder: Path
) -> None:
    keep(learner, 1)
    learner.delete()
    assert not Adapter.objects.exists()
    services.prune(now=timezone.now())
    assert len(list(adapter_folder.iterdir())) == 1  # a file this new may be about to get its row
    services.prune(now=timezone.now() + timedelta(days=1))
    assert not list(adapter_folder.iterdir())


def test_a_kept_file_is_readable_to_the_process_that_answers(learner: Learner) -> None:
    (adapter,) = keep(learner, 1)
    assert storage.path_of(adapter.checksum).stat().st_mode & 0o777 == 0o644


def test_what_a_killed_process_left_of_a_file_is_pruned(
    adapter_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        storage.write("0" * 64, b"half")
    assert len(list(adapter_folder.iterdir())) == 1
    services.prune(now=timezone.now() + timedelta(days=1))
    assert not list(adapter_folder.iterdir())


def test_old_things_of_visitors_are_pruned_and_those_of_accounts_stay(
    learner: Learner, other_learner: Learner, lab: Lab
) -> None:
    signed_in(other_learner)
    for number, who in enumerate((learner, other_learner)):
        run = services.start_run(learner=who, lab=lab, raw_settings={"steps": 7}, seed=number)
        finish(run, number)
    later = timezone.now() + timedelta(days=29)
    assert services.prune(now=later) == 0
    assert services.prune(now=later + timedelta(days=2)) == 2
    assert {run.learner for run in LabRun.objects.all()} == {other_learner}
    assert {adapter.learner for adapter in Adapter.objects.all()} == {other_learner}
    assert services.prune(now=later + timedelta(days=2)) == 0


def test_runs_that_wait_or_run_are_never_pruned(queued: LabRun) -> None:
    services.prune(now=timezone.now() + timedelta(days=400))
    assert LabRun.objects.get() == queued


def test_the_page_of_a_waiting_run_tells_its_place(queued: LabRun, other_learner: Learner, lab: Lab) -> None:
    waiting = services.start_run(learner=other_learner, lab=lab, raw_settings={})
    page = Client().get(f"/en/labs/runs/{waiting.id}/").content.decode()
    assert "in line, runs before it: 1" in page
