"""The daily tasks to choose from: how each is done, and its three loads. Our own text, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Task:
    """``way`` are the steps in order; ``loads`` the three to try, the lightest first."""

    slug: str
    name: Promise
    way: tuple[Promise, ...]
    loads: tuple[Promise, Promise, Promise]


_ALL: Final = (
    Task(
        "shopping",
        _("Carry the shopping"),
        (
            _("Put the bag on a chair or a table first, if you can."),
            _("Stand close to it. Take it in both hands, or one bag in each hand."),
            _("Breathe out and stand tall. Let your legs do the work."),
            _("Walk as you always walk. Set it down when you like."),
        ),
        (
            _("A light bag: a loaf of bread, across the room."),
            _("Half a bag, from the door to the kitchen."),
            _("A full bag in each hand, from the shop or the car."),
        ),
    ),
    Task(
        "floor",
        _("Pick something up from the floor"),
        (
            _("Stand close to the thing, one foot a bit in front."),
            _("Go down the way that feels easy. Bend your knees, your hips and your back."),
            _("Put a hand on your thigh or on a chair if you wish."),
            _("Breathe out and come up at your own speed."),
        ),
        (
            _("A sock on a low chair."),
            _("A sock on the floor, with a hand on a chair."),
            _("A basket from the floor, with no hand to help."),
        ),
    ),
    Task(
        "bed",
        _("Get out of bed"),
        (
            _("Bend your knees and roll onto your side."),
            _("Let your legs slide over the edge."),
            _("Push up with your arms. Breathe out as you go."),
            _("Sit for a moment. Then stand up."),
        ),
        (
            _("Roll from side to side in bed, three times."),
            _("Up to sitting, with both arms."),
            _("Up and out in one go, as you like it."),
        ),
    ),
    Task(
        "chair",
        _("Get up from a low chair"),
        (
            _("Slide to the front of the seat."),
            _("Put your feet under your knees."),
            _("Lean forward until your nose is over your toes."),
            _("Push with your legs and stand up. Breathe out."),
        ),
        (
            _("A high chair, with both arms."),
            _("A low chair, with one arm."),
            _("A low chair or the sofa, with no arms."),
        ),
    ),
    Task(
        "car",
        _("Get in and out of the car"),
        (
            _("Sit down first, with your feet still outside."),
            _("Turn, and bring in your legs one by one."),
            _("To get out, turn first. Put both feet on the ground."),
            _("Hold on to the door frame, lean forward and stand up."),
        ),
        (
            _("In and out once, with the seat far back."),
            _("A short drive, ten minutes."),
            _("A long drive, with a stop to walk each half hour."),
        ),
    ),
    Task(
        "socks",
        _("Put on socks and shoes"),
        (
            _("Sit on a firm chair."),
            _("Bring your foot up to the other knee, or rest it on a stool."),
            _("Let your back go round. That is what it can do."),
            _("Breathe out and reach for your toes. Take your time."),
        ),
        (
            _("Reach down to your shin and back, three times."),
            _("One sock, with your foot on a stool."),
            _("Both socks and shoes, feet on the floor."),
        ),
    ),
    Task(
        "vacuum",
        _("Vacuum or sweep the floor"),
        (
            _("Walk with the vacuum. Do not just reach with your arms."),
            _("Put one foot in front, and rock from foot to foot."),
            _("Change hands now and then."),
            _("Stop while it still feels good. Do the next room later."),
        ),
        (
            _("Two minutes, one small patch."),
            _("One room."),
            _("Two rooms, or the stairs."),
        ),
    ),
    Task(
        "garden",
        _("Work in the garden"),
        (
            _("Walk around for two minutes first."),
            _("Kneel on one knee, or sit on a low stool, close to the bed."),
            _("Change what you do every ten minutes."),
            _("Stop while it still feels good, and come back tomorrow."),
        ),
        (
            _("Ten minutes of light work, standing."),
            _("Ten minutes low down: weeds or pots."),
            _("Half an hour, with some digging or carrying."),
        ),
    ),
    Task(
        "child",
        _("Lift a small child"),
        (
            _("Let the child come close, and stand with your feet apart."),
            _("Bend your knees and your hips. Hold the child close to you."),
            _("Breathe out and stand up. Let the child help and hold on."),
            _("Put the child down the same way. Sit down for a long hug."),
        ),
        (
            _("Take the child on your lap while you sit."),
            _("Lift from a chair or a step, once."),
            _("Lift from the floor and walk a few steps."),
        ),
    ),
)

TASKS: Final[dict[str, Task]] = {task.slug: task for task in _ALL}
