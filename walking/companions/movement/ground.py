"""Weeks 1 to 4: rolling, crawling, kneeling."""

from __future__ import annotations

from typing import Final

from walking.companions.movement.patterns import Guide, Habit, Measure, Step, Way, ways
from walking.companions.movement.rules import Pattern
from walking.programme.text import gettext_noop as _

ROLLING: Final = Guide(
    pattern=Pattern.ROLLING,
    name=_("Rolling"),
    about=_("From your back to your side, and on to your front. It is how you turn in bed."),
    needs=_("A mat or a rug on the floor. Your bed will do as well."),
    ways=ways(
        Way(
            _("Roll with bent knees"),
            Measure.TIMES,
            6,
            (
                Step(_("Lie on your back with a pillow. Bend your knees."), "rolling-back-knees"),
                Step(
                    _(
                        "Let both knees sink to one side. Your arm follows. Here you look from above."
                    ),
                    "rolling-knees-over",
                ),
                Step(
                    _("Lie on your side and take a breath. Roll back, then go to the other side."),
                    "rolling-side-back",
                ),
            ),
        ),
        Way(
            _("Reach and roll to your front"),
            Measure.TIMES,
            6,
            (
                Step(
                    _(
                        "Lie on your back. Lift one arm and bend that knee. Reach across your chest."
                    ),
                    "rolling-reach",
                ),
                Step(_("Keep reaching until you lie on your side."), "rolling-side-long"),
                Step(
                    _("Go on until you lie on your front. Push with your hands to roll back."),
                    "rolling-front",
                ),
            ),
        ),
        Way(
            _("Roll long, arms over your head"),
            Measure.TIMES,
            6,
            (
                Step(
                    _("Lie on your back without a pillow. Legs long, arms over your head."),
                    "rolling-long",
                ),
                Step(
                    _("Turn as one long log to your side. Hands and feet do not push."),
                    "rolling-side-arms",
                ),
                Step(
                    _("Roll on to your front. Rest for a breath, and roll back the same way."),
                    "rolling-front-arms",
                ),
            ),
        ),
    ),
    cues=(
        _("Look first to where you want to go."),
        _("Breathe out as you roll."),
        _("Go slowly. You should be able to stop at any point."),
    ),
    habits=(
        Habit(_("You hold your breath."), _("Count out loud as you roll.")),
        Habit(_("You throw your legs to get over."), _("Use less force and more time.")),
    ),
    stop=_(
        "The room spins when you turn. Lie still until it stops, and tell your physiotherapist."
    ),
)

CRAWLING: Final = Guide(
    pattern=Pattern.CRAWLING,
    name=_("Crawling"),
    about=_("On hands and knees. It is how you clean a floor or play with a child."),
    needs=_("A mat or a soft rug. Put a folded towel under your knees if they are sore."),
    ways=ways(
        Way(
            _("Rock to and fro"),
            Measure.TIMES,
            8,
            (
                Step(
                    _("Stand on hands and knees. Hands below shoulders, knees below hips."),
                    "all-fours",
                ),
                Step(
                    _("Let your hips sink back towards your heels, as far as it is easy."),
                    "rocked-back",
                ),
                Step(_("Come back over your hands. That is one time."), "all-fours-come"),
            ),
        ),
        Way(
            _("Crawl"),
            Measure.TIMES,
            10,
            (
                Step(
                    _("Stand on hands and knees. Look at the floor in front of you."), "all-fours"
                ),
                Step(_("Move one hand and the other knee forward."), "crawl-one"),
                Step(
                    _("Now the other hand and the other knee. Each pair of steps is one time."),
                    "crawl-two",
                ),
            ),
        ),
        Way(
            _("Crawl with your knees just off the floor"),
            Measure.TIMES,
            6,
            (
                Step(_("Stand on hands and knees. Tuck your toes under."), "toes-tucked"),
                Step(
                    _("Lift both knees, as high as a hand is wide. Hold for three seconds."),
                    "knees-up",
                ),
                Step(
                    _("Take one small step with a hand and the other foot. Knees down again."),
                    "knees-up-step",
                ),
            ),
        ),
    ),
    cues=(
        _("Push the floor away with your hands."),
        _("Small steps are good steps."),
        _("Keep breathing, slow and easy."),
    ),
    habits=(
        Habit(
            _("You let your chest hang between your shoulders."),
            _("Push the floor away until you feel tall."),
        ),
        Habit(
            _("Your hand and knee move on the same side."),
            _("Stop. Begin again with one hand and the other knee."),
        ),
    ),
    stop=_("Your wrists or knees hurt more with each step. Use your fists or a thicker pad."),
)

KNEELING: Final = Guide(
    pattern=Pattern.KNEELING,
    name=_("Kneeling"),
    about=_("Up and down on both knees. It is how you weed a bed or look under a bed."),
    needs=_("A mat or a cushion for your knees. A firm chair beside a wall."),
    ways=ways(
        Way(
            _("Kneel up at a chair"),
            Measure.TIMES,
            6,
            (
                Step(_("Kneel in front of a chair. Sit back and hold the seat."), "kneel-at-chair"),
                Step(
                    _("Push your hips forward until you kneel tall. Keep your hands on the seat."),
                    "tall-at-chair",
                ),
                Step(_("Sink back slowly. Stop where it is still easy."), "sink-at-chair"),
            ),
        ),
        Way(
            _("Kneel up without your hands"),
            Measure.TIMES,
            8,
            (
                Step(_("Sit back on your heels, or on a cushion."), "heel-sit"),
                Step(_("Push your hips forward and come up tall. Count to three."), "tall-up"),
                Step(_("Sink back slowly, with your chest up."), "heel-sit-sunk"),
            ),
        ),
        Way(
            _("Kneel up and reach for the ceiling"),
            Measure.TIMES,
            8,
            (
                Step(_("Sit back on your heels. Hold your arms in front of you."), "heel-sit-arms"),
                Step(
                    _("Come up tall and reach up with both hands. Count to three."),
                    "tall-arms-up",
                ),
                Step(_("Sink back as slowly as you can."), "heel-sit-arms-sunk"),
            ),
        ),
    ),
    cues=(
        _("Come up from your hips, not from your head."),
        _("Grow tall, as if a string pulled you up."),
        _("Down takes as long as up."),
    ),
    habits=(
        Habit(_("You drop the last bit."), _("Put a cushion on your heels and sit down softly.")),
        Habit(_("You stick out your belly at the top."), _("Stop when you are straight.")),
    ),
    stop=_("A knee hurts more each time. Take a thicker cushion, or leave it for today."),
)

GUIDES: Final = (ROLLING, CRAWLING, KNEELING)
