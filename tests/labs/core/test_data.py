"""Scenes say what their answers claim."""

import pytest
import torch

from labs.core.data import (
    PICTURE_KINDS,
    TASKS,
    caption,
    draw_scenes,
    draw_task,
    list_samples,
    load_split,
    picture_from_pixels,
    sample_pixels,
    stream,
)
from labs.core.questions import CHINESE, MENU, VOCABULARY, WORD_ID


def test_the_digits_are_split_by_image() -> None:
    train, held_out = load_split("train"), load_split("held_out")
    assert (len(train.labels), len(held_out.labels)) == (1437, 360)
    seen = {image.numpy().tobytes() for image in train.images}
    assert not any(image.numpy().tobytes() in seen for image in held_out.images)


def test_the_two_digits_never_share_a_colour() -> None:
    scenes = draw_scenes(500, "train", stream(0, "test"))
    assert (scenes.colours[:, 0] != scenes.colours[:, 1]).all()


def test_the_same_seed_draws_the_same_scenes() -> None:
    first, again = (draw_scenes(20, "train", stream(3, "test")) for _ in range(2))
    other = draw_scenes(20, "train", stream(3, "something else"))
    assert torch.equal(first.pictures, again.pictures)
    assert not torch.equal(first.pictures, other.pictures)


def test_answers_follow_from_the_digits() -> None:
    scenes = draw_scenes(200, "train", stream(0, "test"))
    left, right = scenes.digits[:, 0].tolist(), scenes.digits[:, 1].tolist()
    answers = {kind: ask(scenes, stream(0, kind))[1].tolist() for kind, ask in PICTURE_KINDS.items()}
    assert [VOCABULARY[w] for w in answers["sum digit"]] == [
        str(a + b) for a, b in zip(left, right, strict=True)
    ]
    assert [VOCABULARY[w] for w in answers["larger digit"]] == [
        str(max(p)) for p in zip(left, right, strict=True)
    ]
    sides = [VOCABULARY[w] for w in answers["digit where"]]
    assert all((side == "both") == (a == b) for side, a, b in zip(sides, left, right, strict=True))
    assert [VOCABULARY[w] for w in caption(scenes)[1][:, 1]] == [str(a) for a in left]


def test_every_task_has_prompts_and_answers_of_known_words() -> None:
    for task in TASKS:
        batch = draw_task(task, 50, "held_out", stream(0, "test"))
        assert batch.words.shape == (50, 3)
        assert int(batch.answers.max()) < len(VOCABULARY)
    answers = draw_task("zh", 50, "train", stream(0, "test")).answers
    assert {VOCABULARY[word] for word in answers.tolist()} <= set(CHINESE)


def test_mirrored_digits_are_mirrored_each_in_its_place() -> None:
    plain, mirrored = (draw_scenes(5, "train", stream(0, "test"), mirrored=flip) for flip in (False, True))
    assert torch.equal(plain.pictures[..., :8].flip(-1), mirrored.pictures[..., :8])
    assert torch.equal(plain.digits, mirrored.digits)


def test_raw_pixels_render_as_the_scene_they_come_from() -> None:
    samples = list_samples(20)
    assert [digit for _, digit in samples] == [n % 10 for n in range(20)]
    pixels = sample_pixels(samples[3][0])
    picture = picture_from_pixels(pixels, pixels, ("red", "cyan"))
    assert picture.shape == (3, 8, 16)
    assert torch.equal(picture[0, :, :8], picture[1, :, 8:])
    assert picture[1, :, :8].abs().max() == 0


def test_malformed_pixels_are_refused() -> None:
    good = [[0.0] * 8 for _ in range(8)]
    for bad in ([[0.0] * 8] * 7, [[0.0] * 7] * 8, [[17.0] * 8] * 8, [[float("nan")] * 8] * 8):
        with pytest.raises(ValueError, match="the left digit"):
            picture_from_pixels(bad, good, ("red", "green"))
    with pytest.raises(ValueError, match="unknown colour"):
        picture_from_pixels(good, good, ("red", "octarine"))


def test_the_menu_speaks_the_model_s_words() -> None:
    assert len(VOCABULARY) == len(WORD_ID) == 63
    for question in MENU.values():
        assert all(word in WORD_ID for word in question.words)
        assert question.label["zh"]
        assert question.label["en"]
