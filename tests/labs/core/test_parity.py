"""Parity: what the models read, and how their answers are judged."""

import torch

from labs.core.data import stream
from labs.core.decoder import initialise
from labs.core.experiments import chain_of_thought
from labs.core.parity import EVEN, ODD, THINK, ParityModel, answer, every_row, lay_out, running_parity

BITS = torch.tensor([[1, 0, 1, 1]])


def test_a_step_is_the_parity_of_the_bits_so_far() -> None:
    assert running_parity(BITS).tolist() == [[1, 1, 0, 1]]


def test_steps_stand_at_the_places_of_their_bits() -> None:
    tokens, places = lay_out(BITS, "steps")
    assert tokens.tolist() == [[1, 0, 1, 1, THINK, ODD, ODD, EVEN]]
    assert places.tolist() == [0, 1, 2, 3, 0, 1, 2, 3]
    assert lay_out(BITS, "unshared")[1].tolist() == list(range(8))


def test_dots_take_as_many_places_as_steps_and_answering_at_once_takes_one() -> None:
    assert lay_out(BITS, "dots")[0].shape == lay_out(BITS, "steps")[0].shape
    assert lay_out(BITS, "direct")[0].shape == (1, 5)


def test_short_rows_are_all_there_are() -> None:
    rows = every_row(3, 256, stream(0, "rows"))
    assert len({tuple(row) for row in rows.tolist()}) == 8


def test_no_position_sees_what_comes_after_it() -> None:
    model = initialise(ParityModel(9), stream(0, "weights"))
    tokens, places = lay_out(BITS, "steps")
    changed = tokens.clone()
    changed[0, -1] = ODD
    with torch.no_grad():
        assert torch.equal(model(tokens, places)[:, :-1], model(changed, places)[:, :-1])


def test_a_model_reads_the_steps_it_wrote() -> None:
    model = initialise(ParityModel(9), stream(0, "weights"))
    plain, turned = (answer(model, BITS, "steps", flipped) for flipped in (None, 1))
    assert plain[0, 0] == turned[0, 0]
    assert plain[0, 1] != turned[0, 1]


def test_chain_of_thought_is_judged_by_its_numbers() -> None:
    def judge(**accuracies: float) -> tuple[str, str]:
        values = {"reach": 8.0, "beyond": 0.5, "follows": 1.0}
        measured = {way: values | {"accuracy": accuracies.get(way, 0.5)} for way in chain_of_thought.WAYS}
        outcome, text = chain_of_thought.judge(measured, 8)
        return outcome, text["en"]

    assert judge(steps=1.0, unshared=1.0)[0] == "holds"
    assert judge(steps=1.0)[0] == "depends"
    assert judge(steps=1.0, direct=1.0)[0] == "depends"  # no question that it cannot answer at once
    assert "It can answer at once" in judge(steps=1.0, direct=1.0)[1]
    assert judge()[0] == "fails"
    assert "of no clear use" in judge()[1]
    assert "the steps do not carry over" in judge(steps=1.0)[1]
    assert "carry over" not in judge()[1]  # what was not learnt cannot be carried
