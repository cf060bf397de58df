"""Weeks 9 to 12: lifting, carrying, stepping, turning."""

from __future__ import annotations

from typing import Final

from walking.companions.movement.patterns import Guide, Habit, Measure, Step, Way, ways
from walking.companions.movement.rules import Pattern
from walking.programme.text import gettext_noop as _

LIFTING: Final = Guide(
    pattern=Pattern.LIFTING,
    name=_("Lifting"),
    about=_("Something from low to high. It is how you take up a basket or a box."),
    needs=_("A box that is easy to hold. Begin with it empty, and add a little each week."),
    ways=ways(
        Way(
            _("Lift from a chair"),
            Measure.TIMES,
            6,
            (
                Step(
                    _("Put the box on a chair. Stand close, and bend knees and hips."),
                    "lift-chair-low",
                ),
                Step(_("Pull the box close and stand up."), "lift-chair-high"),
                Step(_("Put it back the same way, just as slowly."), "lift-chair-down"),
            ),
        ),
        Way(
            _("Lift from the floor"),
            Measure.TIMES,
            6,
            (
                Step(_("Stand close to the box. Bend down and take it."), "lift-floor-low"),
                Step(_("Bring it close to you, and push into your feet."), "lift-floor-half"),
                Step(_("Stand tall. Then put it down the same way."), "lift-floor-high"),
            ),
        ),
        Way(
            _("Lift from the floor to a table"),
            Measure.TIMES,
            6,
            (
                Step(_("Stand close to the box. Bend down and take it."), "lift-floor-low"),
                Step(_("Stand up with the box close to you."), "lift-floor-high"),
                Step(
                    _("Take a step to the table and put it there. Then back to the floor."),
                    "lift-to-table",
                ),
            ),
        ),
    ),
    cues=(
        _("Close is light: hold it near your belly."),
        _("Bend your knees, your hips or your back: what feels easy to you."),
        _("Breathe out as you lift."),
    ),
    habits=(
        Habit(_("You go stiff before you lift."), _("Shake out your arms and breathe first.")),
        Habit(_("You reach far for the box."), _("Take one more step towards it.")),
        Habit(_("You lift with a jerk."), _("Begin slowly, as with a full cup.")),
    ),
    stop=_("You cannot stand up with it smoothly. Take something out of the box."),
)

CARRYING: Final = Guide(
    pattern=Pattern.CARRYING,
    name=_("Carrying"),
    about=_("Walking with a load. It is how your shopping gets home."),
    needs=_("A light box and two bags. A clear path of about ten steps."),
    ways=ways(
        Way(
            _("Carry a box in front of you"),
            Measure.SECONDS,
            30,
            (
                Step(_("Hold a light box close to your belly. Stand tall."), "carry-front-stand"),
                Step(
                    _("Walk as you always do. Turn at the end and come back."), "carry-front-walk"
                ),
                Step(_("Put it down before your arms get tired."), "lift-chair-down"),
            ),
        ),
        Way(
            _("Carry a bag in each hand"),
            Measure.SECONDS,
            45,
            (
                Step(_("Take two light bags that weigh the same. Stand tall."), "carry-two"),
                Step(_("Walk with easy steps. Let your arms hang."), "carry-walk"),
                Step(_("Put both down at once, and rest."), "carry-down"),
            ),
        ),
        Way(
            _("Carry one bag on one side"),
            Measure.SECONDS,
            45,
            (
                Step(_("Take one bag. Stand as tall as without it."), "carry-one"),
                Step(_("Walk, and do not lean to a side."), "carry-walk-one"),
                Step(_("At half time change to the other hand."), "carry-other"),
            ),
        ),
    ),
    cues=(
        _("Walk as if you carried nothing."),
        _("Shoulders low and loose."),
        _("Two trips are fine."),
    ),
    habits=(
        Habit(_("You lean away from the bag."), _("Take less, and look straight ahead.")),
        Habit(_("You pull up your shoulders."), _("Lift them once, and let them drop.")),
    ),
    stop=_("Your grip gets weak, or you have to lean. Put it down."),
)

STEPPING: Final = Guide(
    pattern=Pattern.STEPPING,
    name=_("Stepping"),
    about=_("Up and down a step. It is how you take stairs, a kerb or a bus."),
    needs=_("The lowest step of some stairs, with a rail. Shoes that hold your feet."),
    ways=ways(
        Way(
            _("Step up with a hand on the rail"),
            Measure.TIMES,
            8,
            (
                Step(_("Stand in front of the step and hold the rail."), "step-hold-before"),
                Step(
                    _("Put one whole foot on it. Lean forward a little."),
                    "step-hold-foot",
                ),
                Step(_("Push up and bring the other foot. Step down again."), "step-hold-up"),
            ),
        ),
        Way(
            _("Step up and down without holding"),
            Measure.TIMES,
            8,
            (
                Step(_("Stand in front of the step. The rail is near."), "step-before"),
                Step(_("Put one whole foot on it, and push up."), "step-foot"),
                Step(_("Stand on the step with both feet. Step down slowly."), "step-down"),
            ),
        ),
        Way(
            _("Step up and lift the other knee"),
            Measure.TIMES,
            8,
            (
                Step(_("Put one whole foot on the step, and push up."), "step-foot"),
                Step(_("Lift the other knee. Count to two."), "step-knee"),
                Step(_("Put that foot down behind you, and step down."), "step-down"),
            ),
        ),
    ),
    cues=(
        _("Whole foot on the step."),
        _("Push with the upper leg. The lower one is only a guest."),
        _("Change legs half way."),
    ),
    habits=(
        Habit(_("You bounce off the lower foot."), _("Lift its toes before you push.")),
        Habit(_("Your knee falls in."), _("Let it point the way your toes do.")),
    ),
    stop=_("You stumble, or you miss the step. Hold the rail again."),
)

TURNING: Final = Guide(
    pattern=Pattern.TURNING,
    name=_("Turning"),
    about=_("Looking and moving to a side. It is how you park a car or clear a table."),
    needs=_("A firm chair. For the harder version a light box and two tables."),
    ways=ways(
        Way(
            _("Turn on a chair"),
            Measure.TIMES,
            8,
            (
                Step(_("Sit tall, both feet on the floor."), "turn-sit"),
                Step(
                    _("Put a hand on the other knee. Look over your shoulder as you turn."),
                    "turn-sit-over",
                ),
                Step(_("Come back, and turn to the other side."), "turn-sit-back"),
            ),
        ),
        Way(
            _("Turn around on your feet"),
            Measure.TIMES,
            6,
            (
                Step(_("Stand tall with some room around you."), "turn-front"),
                Step(_("Turn with small steps. Your eyes go first."), "turn-side"),
                Step(_("When you look the other way, stop. Turn back."), "turn-back"),
            ),
        ),
        Way(
            _("Turn with a box"),
            Measure.TIMES,
            6,
            (
                Step(_("Take a light box from a table at one side."), "turn-box-take"),
                Step(_("Hold it close, and turn your feet as well."), "turn-box-middle"),
                Step(_("Put it on the table at the other side. Then back."), "turn-box-put"),
            ),
        ),
    ),
    cues=(
        _("Eyes first, then shoulders, then hips."),
        _("Your feet may turn too."),
        _("Stay tall all the way."),
    ),
    habits=(
        Habit(_("You turn as stiff as a board."), _("Let your head go first.")),
        Habit(_("You twist with your feet stuck."), _("Take small steps as you turn.")),
    ),
    stop=_("You feel dizzy. Look at one point, and sit down."),
)

GUIDES: Final = (LIFTING, CARRYING, STEPPING, TURNING)
