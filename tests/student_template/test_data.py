"""The template's images: the horses of CIFAR-10 where its files are, else crops of what matplotlib ships."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

CELLS = ("setup", "data-files", "data-images", "data-colours", "data-look")
HORSE, CAT = 7, 3
IMAGES_IN_A_FILE = 30

Run = Callable[..., str]

FACTS = """
import hashlib, json
print(json.dumps({
    "shapes": [list(data.grey.shape) for data in (train_data, val_data)],
    "labels": [int(train_data.labels.min()), int(train_data.labels.max())],
    "range": [float(train_data.rgb.min()), float(train_data.rgb.max())],
    "nearest": [float(abs(in_colour(data.labels) - data.rgb).mean()) for data in (train_data, val_data)],
    "hash": hashlib.sha256(train_data.rgb.tobytes() + val_data.labels.numpy().tobytes()).hexdigest(),
    "first colour": palette[0].tolist(),
}))
"""


@pytest.fixture
def cifar(tmp_path: Path) -> Path:
    """A folder with six small files in CIFAR-10's format: in each, a third horses, all of one shade."""
    folder = tmp_path / "data" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for number, name in enumerate([*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"], start=1):
        labels = [HORSE, CAT, CAT] * (IMAGES_IN_A_FILE // 3)
        noise = np.random.default_rng(number).integers(0, 200, (IMAGES_IN_A_FILE, 3072))
        pixels = np.where(np.array(labels)[:, None] == HORSE, noise, 255).astype(np.uint8)
        (folder / name).write_bytes(pickle.dumps({b"data": pixels, b"labels": labels}))
    return folder


def test_without_cifar_it_works_on_crops_that_are_the_same_each_time(run_cells: Run) -> None:
    facts, again = (json.loads(run_cells(*CELLS, then=FACTS)) for _ in range(2))
    assert facts["shapes"] == [[1000, 1, 32, 32], [250, 1, 32, 32]]
    assert facts["labels"] == [0, 23]
    assert 0 <= facts["range"][0] < 0.1 and 0.9 < facts["range"][1] < 1
    assert all(distance < 0.05 for distance in facts["nearest"])
    assert again["hash"] == facts["hash"]


def test_no_pixel_of_a_sample_picture_is_in_both_sets(run_cells: Run) -> None:
    cut = """
from unittest.mock import patch
boxes, crop = [], Image.Image.crop

def noted(picture, box):
    boxes.append((picture.size, box))
    return crop(picture, box)

with patch.object(Image.Image, "crop", noted):
    tiles = sample_tiles()
on_the_grid = all(left % TILE == top % TILE == 0 for _, (left, top, *_) in boxes)
print(on_the_grid, len(boxes) == len(set(boxes)) == sum(map(len, tiles)))
"""
    assert run_cells("setup", "data-files", "data-images", then=cut) == "True True"


def test_the_horses_of_cifar_are_used_when_the_files_are_there(run_cells: Run, cifar: Path) -> None:
    facts = json.loads(run_cells(*CELLS, then=FACTS))
    horses = IMAGES_IN_A_FILE // 3
    assert facts["shapes"] == [[5 * horses, 1, 32, 32], [horses, 1, 32, 32]]
    assert facts["range"] == [0, 199 / 256]


def test_the_courses_palette_is_used_when_its_file_is_there(run_cells: Run, cifar: Path) -> None:
    course = np.empty(2, dtype=object)
    course[:] = np.linspace(0, 1, 72).reshape(24, 3), 0.1
    np.save(cifar.parent / "colour_kmeans24_cat7.npy", course, allow_pickle=True)
    facts = json.loads(run_cells(*CELLS, then=FACTS))
    assert np.allclose(facts["first colour"], course[0][0])
