"""Training a network on our side: from its graph of operations, in a process of ours, on a chosen device."""

from grader.training.device import DeviceMissing, check_device, device_named, devices, is_accelerator
from grader.training.graph import Graph
from grader.training.operations import NotTrainable
from grader.training.recipe import Recipe, Trainable, Trained
from grader.training.trainer import START_SECONDS, Trainer, TrainerLost

__all__ = [
    "START_SECONDS",
    "DeviceMissing",
    "Graph",
    "NotTrainable",
    "Recipe",
    "Trainable",
    "Trained",
    "Trainer",
    "TrainerLost",
    "check_device",
    "device_named",
    "devices",
    "is_accelerator",
]
