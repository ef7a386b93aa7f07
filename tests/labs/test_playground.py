"""The playground without script: addresses in, answers out, with the real model."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Learner
from labs import adapter_cards, drawing, services, storage
from labs import client as process
from labs.adapters import shipped_adapters
from labs.address import read_address
from labs.core.questions import MENU
from labs.models import Adapter, LabRun
from labs.playground import Model
from tests.labs.core.conftest import adapted
from tests.labs.experiments import counting
from tests.labs.test_adapters import signed_in

pytestmark = pytest.mark.django_db

PAGE = "/en/labs/playground/"
PARTS = "/en/labs/playground/answer/"
NAMES = ("gap-r8", "zh-r8", "flip-r8", "elicit-r8")


def get(query: dict[str, str] | None = None, status: int = 200, *, client: Client | None = None) -> str:
    response = (client or Client()).get(PAGE, query or {})
    assert response.status_code == status, response.content.decode()[-2000:]
    return response.content.decode()


def keep(learner: Learner, seed: int = 1, base: str = "") -> Adapter:
    """Keep an adapter that fits the base."""
    from labs.core.adapters import dump_adapter
    from labs.core.lora import LoraConfig

    data = dump_adapter(adapted(seed), LoraConfig(), task="gap", base=base)
    (kept,) = services.keep_adapters(trained=[services.Trained(data)], learner=learner)
    return kept


def says(page: str) -> list[str]:
    """List the answers of a page, from top to bottom."""
    return re.findall(r'<p class="says"><b lang="\w+">(.*?)</b>', page)


def sample(digit: int) -> str:
    model = Model.ask()
    return str(next(index for index, known in model.digits.items() if known == digit))


def test_an_address_that_says_nothing_shows_the_example_adapter_at_work(up: Any) -> None:
    page = get()
    assert says(page) == ["4", "7"]
    assert "✓ right" in page
    assert "✕ wrong" in page
    assert page.count('class="look"') == 6  # three layers, with the adapter and without
    for name in NAMES:
        assert f'name="w-{name}"' in page


def test_the_page_sets_no_cookie_makes_no_learner_and_needs_no_token(up: Any) -> None:
    response = Client().get(PAGE)
    assert not response.cookies
    assert b"csrf" not in response.content
    assert not Learner.objects.exists()


def test_the_old_address_leads_here_with_what_it_asked(up: Any) -> None:
    response = Client().get("/en/labs/ask/?left=3&question=sum")
    assert response.status_code == 301
    assert response.headers["Location"] == f"{PAGE}?left=3&question=sum"
    assert Client().get("/labs/ask/").headers["Location"] == "/labs/playground/"


@pytest.mark.parametrize("question", list(MENU))
def test_every_question_of_the_menu_is_answered(up: Any, question: str) -> None:
    page = get({"left": sample(3), "right": sample(7), "question": question, "only": ""})
    assert len(says(page)) == 1
    assert f'<option value="{question}" selected>' in page


def test_the_base_reads_its_samples_and_the_adapters_do_what_they_were_trained_for(up: Any) -> None:
    three, seven = sample(3), sample(7)
    asked = {"left": three, "right": seven, "question": "left-digit"}
    assert says(get({**asked, "only": ""})) == ["3"]
    numerals = get({**asked, "only": "zh-r8"})
    assert says(numerals) == ["三", "3"]
    assert "right, as a Chinese numeral" in numerals
    mirrored = {**asked, "left": f"{seven}m", "only": "flip-r8"}
    assert says(get(mirrored))[0] == "7"
    assert says(get({**asked, "question": "wug", "only": "elicit-r8"}))[0] == "7"


def test_a_mix_shows_each_adapter_alone_beside_it(up: Any) -> None:
    page = get({"left": sample(3), "right": sample(7), "question": "gap", "w-gap-r8": "1", "w-zh-r8": "0.25"})
    table = page[page.index('<table class="alone">') :]
    table = table[: table.index("</table>")]
    assert re.findall(r'<th scope="row">(.*?)</th><td class="r">(.*?)</td>', table) == [
        ("gap-r8", "1"),
        ("zh-r8", "0.25"),
    ]
    assert '<table class="alone">' not in get({"w-gap-r8": "1"})


def test_merging_changes_nothing_but_rounding(up: Any) -> None:
    asked = {"left": sample(3), "right": sample(7), "question": "gap", "w-gap-r8": "1", "w-zh-r8": "-0.5"}
    beside, merged = get(asked), get({**asked, "merge": "on"})
    assert says(beside) == says(merged)
    assert "With your adapters, merged" in merged
    found = re.search(r"largest difference of any logit is ([\d.e-]+)\.", merged)
    assert found is not None
    assert 0 < float(found[1]) < 1e-3
    assert "The answer is the same." in merged
    alone = get({"only": "", "merge": "on"})
    assert "No adapter takes part." in alone


def test_weights_of_zero_are_the_base(up: Any) -> None:
    page = get({"w-gap-r8": "0", "w-zh-r8": "0.0"})
    assert len(says(page)) == 1
    assert 'id="looks-base"' not in page  # nothing to compare with


def test_a_drawing_is_answered_like_the_sample_it_copies_and_its_digit_is_not_known(up: Any) -> None:
    three = sample(3)
    pixels = drawing.encode(Model.ask().samples[int(three)])
    asked = {"right": sample(7), "question": "left-digit", "only": ""}
    by_sample, by_drawing = (get({**asked, "left": left}) for left in (three, pixels))
    assert says(by_sample) == says(by_drawing) == ["3"]
    assert "the site does not" in by_drawing
    assert f'<option value="{pixels}" data-drawn selected>' in by_drawing


def test_the_buttons_work_without_script(up: Any) -> None:
    model = Model.ask()
    first = sample(3)
    order = drawing.shuffled(model.samples)
    following = order[(order.index(int(first)) + 1) % len(order)]
    asked = {"left": first, "right": sample(7), "question": "left-digit", "w-zh-r8": "1"}
    assert f'<option value="{following}" selected' in get({**asked, "next": "left"})
    assert f'<option value="{first}m" selected' in get({**asked, "mirror": "left"})
    assert f'<option value="{first}" selected' in get({**asked, "left": f"{first}m", "mirror": "left"})
    assert f'<option value="{drawing.BLANK}" data-drawn selected>' in get({**asked, "clear": "left"})
    assert 'name="w-zh-r8" type="number" inputmode="decimal" min="-2" max="2" step="any" value="0"' in get(
        {**asked, "only": "gap-r8"}
    )


def test_following_the_samples_shows_each_once_before_the_first_returns(up: Any) -> None:
    samples = Model.ask().samples
    seen, at = [], "8"
    for _ in samples:
        seen.append(at)
        at = drawing.next_sample(at, samples)
    assert len(set(seen)) == len(samples)
    assert at == "8"
    assert drawing.next_sample("8m", samples).endswith("m")
    assert drawing.next_sample(drawing.BLANK, samples) == str(drawing.shuffled(samples)[0])


def test_a_drawing_mirrored_twice_is_as_it_was() -> None:
    drawn = "".join(drawing.INK[n % 17] for n in range(64))
    assert drawing.mirror(drawn)[:8] == drawn[:8][::-1]
    assert drawing.mirror(drawing.mirror(drawn)) == drawn


def test_the_ready_examples_are_all_answered(up: Any) -> None:
    links = re.findall(r'<a class="btn" data-fill href="\?(.*?)">', get())
    assert len(links) == 8
    for link in links:
        query = QueryDict(link.replace("&amp;", "&"))
        assert says(get(query.dict()))  # type: ignore[arg-type]


def test_the_copied_address_says_the_same(up: Any) -> None:
    model = Model.ask()
    asked = {"left": "8m", "right_colour": "cyan", "question": "sum", "w-gap-r8": "0.5", "w-zh-r8": "0"}
    address = read_address({**asked, "merge": "on"}, model.samples, model.digits)
    again = read_address(QueryDict(address.query).dict(), model.samples, model.digits)  # type: ignore[arg-type]
    assert again.asked == address.asked
    assert again.weights == {"gap-r8": "0.5"}
    assert again.merged
    base = read_address({"only": ""}, model.samples, model.digits)
    assert read_address(QueryDict(base.query).dict(), model.samples, model.digits) == base  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ({"left": "x"}, "Left digit: "),
        ({"left": "360"}, "Left digit: "),
        ({"left": "999999999999999999999"}, "Left digit: "),
        ({"left": "300m"}, "Left digit: "),
        ({"left": "0" * 63}, "Left digit: "),
        ({"right": "0" * 65}, "Right digit: "),
        ({"right": "h" * 64}, "Right digit: "),
        ({"left": "٣"}, "Left digit: "),
        ({"left_colour": "mud"}, "Colour of the left digit: "),
        ({"question": "why"}, "Question to the model: "),
        ({"adapter": "none"}, "Adapter: "),
        ({"adapter": str(uuid4())}, "Adapter: "),
        ({"only": "base"}, "Adapter: "),
        ({"w-none": "1"}, "Adapter: "),
        ({"w-gap-r8": "2.5"}, "gap-r8: "),
        ({"w-gap-r8": "1e999"}, "gap-r8: "),
        ({"w-gap-r8": "nan"}, "gap-r8: "),
        ({"w-gap-r8": "much"}, "gap-r8: "),
        ({"w-gap-r8": "9" * 5000}, "gap-r8: "),
    ],
)
def test_a_bad_address_is_refused_with_the_label_of_its_field(
    up: Any, query: dict[str, str], complaint: str
) -> None:
    page = get(query, 400)
    assert "This cannot be asked:" in page
    assert f"<li>{complaint}" in page
    assert page.count(f"<li>{complaint}") == 1
    assert "<form" in page  # and the form is there to mend it
    assert Client().get(PARTS, query).status_code == 400


@pytest.mark.parametrize("name", ["left", "question", "adapter", "only", "w-gap-r8", "merge", "next"])
def test_a_null_in_an_address_is_refused(up: Any, name: str) -> None:
    for address in (PAGE, PARTS):
        assert Client().get(address, {name: "\0"}).status_code == 400


def test_everything_that_is_wrong_is_listed_at_once(up: Any) -> None:
    page = get({"left": "x", "question": "why", "w-gap-r8": "9", "w-none": "1"}, 400)
    for complaint in ("Left digit: ", "Question to the model: ", "gap-r8: ", "Adapter: "):
        assert f"<li>{complaint}" in page


def test_an_address_names_only_so_many_adapters(up: Any, learner: Learner) -> None:
    get({f"w-{uuid4()}": "0" for _ in range(300)}, 400)
    kept = keep(learner)
    page = get({**{f"w-{name}": "0.1" for name in NAMES}, "adapter": str(kept.id)}, 400)
    assert "At most 4 can be mixed" in page


def test_what_is_typed_into_an_address_is_escaped(up: Any) -> None:
    page = get({"left": "<script>alert(1)</script>", "w-<b>": "<i>", "question": "<u>"}, 400)
    assert "<script>alert" not in page
    assert "<i>" not in page


def test_ones_own_adapters_are_offered_and_others_are_used_by_link_alone(
    up: Any, learner: Learner, other_learner: Learner
) -> None:
    kept = keep(learner)
    option = f'<option value="{kept.id}">'
    assert option in get(client=signed_in(learner))
    assert option not in get(client=signed_in(other_learner))
    assert option not in get()
    for client in (signed_in(learner), signed_in(other_learner), Client()):
        used = get({"adapter": str(kept.id)}, client=client)
        assert f'name="w-{kept.id}"' in used
        assert len(says(used)) == 2
        assert option not in used  # it has its slider


@pytest.mark.parametrize(
    ("name", "question", "said"),
    [
        ("gap-r8", "gap", "4"),
        ("zh-r8", "left-digit", "三"),
        ("flip-r8", "left-digit", "3"),
        ("elicit-r8", "wug", "7"),
    ],
)
def test_a_link_to_an_adapter_asks_what_it_was_trained_for(
    up: Any, name: str, question: str, said: str
) -> None:
    page = get({"adapter": name})
    assert f'<option value="{question}" selected>' in page
    assert says(page)[0] == said
    assert '<option value="sum" selected>' in get({"adapter": name, "question": "sum"})


def test_a_run_that_left_an_adapter_leads_to_it(up: Any, client: Client, queued: LabRun) -> None:
    from labs.core.adapters import dump_adapter
    from labs.core.lora import LoraConfig

    data = dump_adapter(adapted(1), LoraConfig(), task="gap", base="")
    services.claim_run(run_id=queued.id)
    done = LabRun.Status.SUCCEEDED
    trained = [services.Trained(data, 0.5)]
    services.finish_run(run_id=queued.id, attempt=1, status=done, result=counting.RESULT, adapters=trained)
    link = f"{PAGE}?adapter={queued.adapters.get().id}"
    assert f'href="{link}"' in client.get(f"/en/labs/runs/{queued.id}/").content.decode()
    assert f'href="/en/labs/runs/{queued.id}/"' in client.get(link).content.decode()


def test_only_its_owner_is_shown_the_button_to_delete_an_adapter_and_may_press_it(
    up: Any, learner: Learner, other_learner: Learner
) -> None:
    kept = keep(learner)
    address = f"/en/labs/adapters/{kept.id}/delete/"
    asked = {"adapter": str(kept.id)}
    assert address in get(asked, client=signed_in(learner))
    assert address not in get(asked, client=signed_in(other_learner))
    assert signed_in(other_learner).post(address).status_code == 403
    assert Client().post(address).status_code == 403
    assert signed_in(learner).get(address).status_code == 302
    assert Adapter.objects.filter(id=kept.id).exists()
    assert signed_in(learner).post(address).headers["Location"] == PAGE
    assert not Adapter.objects.filter(id=kept.id).exists()
    get(asked, 400)


def test_an_adapter_whose_file_is_gone_is_refused_calmly(up: Any, learner: Learner) -> None:
    kept = keep(learner, seed=2)
    storage.remove(kept.checksum)
    assert "<li>Adapter: " in get({"adapter": str(kept.id)}, 400)


def test_an_adapter_of_another_base_is_marked(up: Any, learner: Learner) -> None:
    mine, strange = keep(learner, base=Model.ask().description["checksum"]), keep(learner, base="0" * 64)
    assert "trained on another base" not in get({"adapter": str(mine.id)})
    assert "trained on another base" in get({"adapter": str(strange.id)})


def test_a_shipped_adapter_named_by_its_id_is_shown_once(up: Any) -> None:
    page = get({"adapter": str(shipped_adapters()["zh-r8"].id), "question": "left-digit"})
    assert page.count(">zh-r8</h3>") == 1
    assert says(page)[0] == "三"


def test_the_page_costs_as_many_queries_for_many_adapters_as_for_one(
    up: Any, learner: Learner, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(learner)
    for seed in range(4):
        keep(learner, seed + 3)
    asked = {f"w-{adapter.id}": "0.5" for adapter in Adapter.objects.all()}
    get(asked, client=client)
    with django_assert_max_num_queries(5):  # session, user, learner, adapters by id, one's own
        get(asked, client=client)
    with django_assert_max_num_queries(1):
        assert client.get(PARTS, asked).status_code == 200


def test_the_parts_are_those_of_the_page(up: Any) -> None:
    asked = {"left": "8", "right": "9", "question": "gap", "w-gap-r8": "1", "merge": "on"}
    page, parts = get(asked), Client().get(PARTS, asked).content.decode()
    assert says(parts) == says(page)
    assert "<html" not in parts
    for part in ("compare", "looks", "brief"):
        assert parts.count(f'data-part="{part}"') == 1
        assert page.count(f'data-part="{part}"') == 1


def test_attention_shares_add_up_in_every_layer(up: Any) -> None:
    page = get({"left": "8", "right": "9", "question": "larger", "only": ""})
    layers = page.split('<figure class="look">')[1:]
    layers = [layer[: layer.index("</figure>")] for layer in layers]
    assert len(layers) == 3
    for layer in layers:
        shares = [float(share) for share in re.findall(r'<td class="v\d">([\d.]+)</td>', layer)]
        assert len(shares) == 8 + 3
        assert sum(shares) == pytest.approx(100, abs=1)


def test_a_question_of_text_alone_says_that_no_picture_is_seen(up: Any) -> None:
    page = get({"question": "chinese-7", "only": ""})
    assert says(page) == ["七"]
    assert "the picture is not shown to the model" in page
    assert '<use href="#seen"/>' not in page


def test_every_shipped_adapter_shows_what_it_was_trained_for_and_what_it_breaks(up: Any) -> None:
    page = get()
    assert page.count("trainable params: 27,648 || all params: 189,888 || trainable%: 14.5602") == 4
    table = page[page.index('<table class="heat broken">') :]
    table = table[: table.index("</table>")]
    assert table.count("<tr>") == 1 + 13
    for name in NAMES:
        assert f'<th scope="col">{name}</th>' in table
        assert f"/api/v1/labs/adapters/{shipped_adapters()[name].id}/download/" in page


@pytest.mark.parametrize("address", [PAGE, PARTS])
def test_a_model_that_is_down_is_told_calmly_with_when_to_come_back(down: None, address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "try again in a moment" in response.content.decode()


def test_a_model_that_goes_down_after_it_was_described_leaves_the_form(
    up: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    get()

    def fail(body: object) -> None:
        raise process.InferenceDown("gone")

    monkeypatch.setattr(process, "answer", fail)
    page = get(status=503)
    assert "<form" in page
    assert "try again in a moment" in page


def test_the_list_of_labs_leads_to_the_playground(up: Any) -> None:
    assert f'href="{PAGE}"' in Client().get("/en/labs/").content.decode()


def test_both_languages_have_the_page(up: Any) -> None:
    chinese = Client().get("/labs/playground/").content.decode()
    assert '<html lang="zh-Hans"' in chinese
    assert says(chinese) == ["4", "7"]


def test_only_reading_is_allowed(up: Any) -> None:
    assert Client().post(PAGE).status_code == 405
    assert Client().post(PARTS).status_code == 405


def answering(monkeypatch: pytest.MonkeyPatch, seconds: float, fails: bool) -> list[str]:
    """Let the model take that long to report on an adapter, on a clock of its own; list what it was asked."""
    now, asked = [0.0], []

    def report(checksum: str) -> dict[str, object]:
        asked.append(checksum)
        now[0] += seconds
        if fails:
            raise process.InferenceDown("it hangs")
        return {"report": f"trains {checksum}"}

    monkeypatch.setattr(adapter_cards.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(process, "report_parameters", report)
    return asked


def test_a_model_that_hangs_is_asked_for_one_report_only(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [keep(learner, seed) for seed in (1, 2, 3)]
    shipped = shipped_adapters()["gap-r8"]
    asked = answering(monkeypatch, 2.0, fails=True)
    reports = adapter_cards.read_reports([*kept, shipped])
    assert asked == [kept[0].checksum]
    assert [reports[adapter.checksum] for adapter in kept] == ["", "", ""]
    assert reports[shipped.checksum].startswith("trainable params")


def test_a_slow_model_is_asked_for_reports_for_two_seconds(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [keep(learner, seed) for seed in (1, 2, 3)]
    asked = answering(monkeypatch, 1.5, fails=False)
    reports = adapter_cards.read_reports(kept)
    assert asked == [adapter.checksum for adapter in kept[:2]]
    assert reports[kept[1].checksum] == f"trains {kept[1].checksum}"
    assert reports[kept[2].checksum] == ""
    assert adapter_cards.read_reports(kept)[kept[2].checksum]  # the next page learns the rest
    assert len(asked) == 3
