"""Weeks 5 to 8: squatting, half-kneeling, getting up from the floor."""

from __future__ import annotations

from typing import Final

from walking.companions.movement.patterns import Guide, Habit, Measure, Step, Way, ways
from walking.companions.movement.rules import Pattern
from walking.programme.text import gettext_noop as _

SQUATTING: Final = Guide(
    pattern=Pattern.SQUATTING,
    name=_("Squatting"),
    about=_("Down and up on two feet. It is how you sit down, and how you reach a low shelf."),
    needs=_("A firm chair with its back to a wall. Shoes that do not slip, or bare feet."),
    ways=ways(
        Way(
            _("Stand up from a chair"),
            Measure.TIMES,
            6,
            (
                Step(_("Sit near the front of the chair. Feet below your knees."), "sit"),
                Step(_("Lean forward, nose over toes, and push into your feet."), "sit-lean"),
                Step(_("Stand up tall. Then sit down slowly the same way."), "rise-at-chair"),
            ),
        ),
        Way(
            _("Touch the chair and come up"),
            Measure.TIMES,
            8,
            (
                Step(_("Stand with the chair behind you. Hold your arms out."), "stand-arms"),
                Step(
                    _("Sit back until you just touch the seat. Do not rest on it."),
                    "squat-to-chair",
                ),
                Step(_("Push into your feet and stand up tall."), "rise-at-chair"),
            ),
        ),
        Way(
            _("Squat low without a chair"),
            Measure.TIMES,
            8,
            (
                Step(_("Stand with your feet as wide as your hips. Arms out."), "stand-free"),
                Step(
                    _("Sink as low as you can with your heels down. Count to three."),
                    "squat-deep",
                ),
                Step(_("Push the floor away and come up."), "squat-rise"),
            ),
        ),
    ),
    cues=(
        _("Whole foot on the floor, heels too."),
        _("Knees go the way your toes point."),
        _("Breathe out on the way up."),
    ),
    habits=(
        Habit(_("Your knees fall in."), _("Spread the floor apart with your feet.")),
        Habit(_("Your heels lift."), _("Go less low, or stand a bit wider.")),
        Habit(_("You drop on to the chair."), _("Count to three on the way down.")),
    ),
    stop=_("Your knees give way, or you cannot stop on the way down."),
)

HALF_KNEELING: Final = Guide(
    pattern=Pattern.HALF_KNEELING,
    name=_("Half-kneeling"),
    about=_("One knee down, one foot in front. It is how you tie a shoe or plug something in."),
    needs=_("A mat or a cushion for your knee. A firm chair beside a wall."),
    ways=ways(
        Way(
            _("One foot forward, hands on a chair"),
            Measure.TIMES,
            6,
            (
                Step(
                    _("Kneel tall in front of a chair. Put your hands on the seat."),
                    "half-at-chair-before",
                ),
                Step(_("Bring one foot to the front. Wait for a breath."), "half-at-chair"),
                Step(_("Put the knee back. Then take the other foot."), "half-at-chair-after"),
            ),
        ),
        Way(
            _("One foot forward, no chair"),
            Measure.TIMES,
            8,
            (
                Step(_("Kneel tall. Let your arms hang."), "tall-to-half"),
                Step(
                    _("Bring one foot to the front. Put your hands on that knee."),
                    "half-back",
                ),
                Step(_("Put the knee back. Then take the other foot."), "tall"),
            ),
        ),
        Way(
            _("Rock forward with your arms out"),
            Measure.TIMES,
            8,
            (
                Step(_("Stand on one knee, one foot in front. Hold your arms out."), "half-arms"),
                Step(
                    _("Lean forward with your whole body. Your front heel stays down."),
                    "half-forward",
                ),
                Step(_("Rock back until you are upright. Do half with each leg."), "half"),
            ),
        ),
    ),
    cues=(
        _("Leave some room between your feet, as on two rails."),
        _("Grow tall before you move."),
        _("Look straight ahead."),
    ),
    habits=(
        Habit(_("You sway to one side."), _("Put your front foot a bit farther out.")),
        Habit(_("You bend over your front leg."), _("Keep your chest over your hips.")),
    ),
    stop=_("You cannot keep your balance. Hold the chair again."),
)

GETTING_UP: Final = Guide(
    pattern=Pattern.GETTING_UP,
    name=_("Getting up from the floor"),
    about=_("From the floor to your feet. It is good to know that you can."),
    needs=_("A mat, and a firm chair that cannot slide. The first time, have somebody with you."),
    ways=ways(
        Way(
            _("Get up with a chair"),
            Measure.TIMES,
            3,
            (
                Step(_("Go on hands and knees in front of a chair."), "up-fours-chair"),
                Step(_("Hands on the seat. Bring one foot to the front."), "up-half-chair"),
                Step(_("Push with hands and feet, and come up."), "up-stand-chair"),
                Step(_("Stand tall and take a breath. Go down the same way."), "stand-tall-chair"),
            ),
        ),
        Way(
            _("Get up with your hands on your knee"),
            Measure.TIMES,
            3,
            (
                Step(_("Go on hands and knees. Then kneel tall."), "up-fours"),
                Step(_("Bring one foot to the front. Both hands on that knee."), "up-half"),
                Step(_("Push into your knee and your foot, and stand up."), "up-stand"),
            ),
        ),
        Way(
            _("From your back to your feet"),
            Measure.TIMES,
            3,
            (
                Step(
                    _("Lie on your back, knees bent. Roll to one side. Here you look from above."),
                    "up-roll",
                ),
                Step(_("Push up with your arm until you sit."), "up-side-sit"),
                Step(_("Turn on to hands and knees."), "all-fours"),
                Step(_("One foot to the front, with no hand on your knee."), "up-half-free"),
                Step(_("Stand up."), "up-stand"),
            ),
        ),
    ),
    cues=(
        _("One thing after the other. There is no hurry."),
        _("Let your stronger leg go in front."),
        _("Rest on the way whenever you like."),
    ),
    habits=(
        Habit(_("You try to come up in one go."), _("Stop for a breath at each picture.")),
        Habit(_("You hold your breath."), _("Breathe out as you push.")),
    ),
    stop=_("You feel dizzy as you come up. Sit down, and wait until it is gone."),
)

GUIDES: Final = (SQUATTING, HALF_KNEELING, GETTING_UP)
