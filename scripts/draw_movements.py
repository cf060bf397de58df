"""Draw the pictures of movement retraining: run ``python -m scripts.draw_movements`` after changing a pose.

Each picture is one moment of a movement, and its arrow shows the way to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scripts.figure import FLOOR, Front, Limb, Picture, Point, Side

FOLDER = Path(__file__).resolve().parents[1] / "walking/companions/movement/pictures"
#: Heights of an ankle and a hand on the floor, of the hips when kneeling, and of the hips when standing straight.
ANKLE, HAND, KNEELING, STANDING = 147.0, 147.5, 114.5, 84.5
DRAWN: dict[str, Callable[[Picture], None]] = {}


def draws(function: Callable[[Picture], None]) -> Callable[[Picture], None]:
    DRAWN[function.__name__.replace("_", "-")] = function
    return function


def on_all_fours(x: float = 88, **changes: object) -> Side:
    """Hips at ``x`` over the knees, hands below the shoulders."""
    pose: dict[str, object] = {
        "hip": (x, KNEELING),
        "trunk": 14,
        "hand": Limb(x + 40, HAND),
        "far_hand": Limb(x + 47, HAND - 2),
        "foot": Limb(x - 32, ANKLE, 180),
        "far_foot": Limb(x - 26, ANKLE - 2, 180),
        "neck": 20,
        "look": -50,
    }
    return Side(**{**pose, **changes})  # type: ignore[arg-type]


def tall_kneel(x: float = 110, **changes: object) -> Side:
    pose: dict[str, object] = {
        "hip": (x, KNEELING),
        "trunk": 90,
        "hand": Limb(x + 8, 112),
        "foot": Limb(x - 30, ANKLE, 180),
        "far_foot": Limb(x - 25, ANKLE - 2, 180),
    }
    return Side(**{**pose, **changes})  # type: ignore[arg-type]


def half_kneel(x: float = 110, **changes: object) -> Side:
    """The far knee on the floor, the near foot in front."""
    pose: dict[str, object] = {
        "hip": (x, KNEELING),
        "trunk": 90,
        "hand": Limb(x + 26, 112),
        "far_hand": Limb(x + 30, 110),
        "foot": Limb(x + 33, ANKLE),
        "far_foot": Limb(x - 31, ANKLE, 180),
    }
    return Side(**{**pose, **changes})  # type: ignore[arg-type]


def stand(x: float = 110, **changes: object) -> Side:
    pose: dict[str, object] = {
        "hip": (x, STANDING),
        "trunk": 90,
        "hand": Limb(x + 3, 87),
        "far_hand": Limb(x + 9, 86),
        "foot": Limb(x, ANKLE),
        "far_foot": Limb(x + 8, ANKLE - 2),
    }
    return Side(**{**pose, **changes})  # type: ignore[arg-type]


def from_above(**changes: object) -> Front:
    """On the back, the head to the left."""
    pose: dict[str, object] = {
        "hips": (134, 88),
        "up": 180,
        "hands": (Limb(128, 122), Limb(128, 54)),
        "feet": (Limb(197, 97, 0), Limb(197, 79, 0)),
    }
    return Front(**{**pose, **changes})  # type: ignore[arg-type]


def on_the_side(**changes: object) -> Side:
    """Seen from above: on the side, the front towards the lower edge of the picture."""
    pose: dict[str, object] = {
        "hip": (134, 84),
        "trunk": 180,
        "facing": -1,
        "hand": Limb(92, 124),
        "far_hand": Limb(72, 120),
        "foot": Limb(180, 118, -50),
        "far_foot": Limb(186, 108, -50),
        "neck": 180,
        "look": -90,
    }
    return Side(**{**pose, **changes})  # type: ignore[arg-type]


# Rolling: from above, on a mat.


@draws
def rolling_back_knees(on: Picture) -> None:
    """Draw the picture seen from the side: bent knees are hard to see from above."""
    on.mat(8, 232)
    on.cushion(42, 139, 38, 13)
    Side(
        hip=(124, 140), trunk=178, hand=Limb(128, 143), far_hand=Limb(128, 141),
        foot=Limb(160, ANKLE, 0), far_foot=Limb(166, ANKLE - 2, 0), neck=172, look=90,
    ).draw(on)  # fmt: skip


@draws
def rolling_knees_over(on: Picture) -> None:
    on.mat_from_above()
    on.cushion(54, 62, 34, 52)
    from_above(
        leg=0.8,
        feet=(Limb(158, 128, -20), Limb(156, 112, -20, other=True)),
        hands=(Limb(98, 134), Limb(92, 124, other=True)),
        look=3,
    ).draw(on)
    on.arrow((192, 66), (212, 96), (192, 126))


@draws
def rolling_side_back(on: Picture) -> None:
    on.mat_from_above()
    on.cushion(54, 62, 34, 52)
    on_the_side().draw(on)
    on.arrow((206, 118), (224, 84), (200, 52))


@draws
def rolling_reach(on: Picture) -> None:
    on.mat_from_above()
    on.cushion(54, 62, 34, 52)
    from_above(
        hands=(Limb(52, 124), Limb(84, 128, other=True)),
        feet=(Limb(196, 97, 0), Limb(176, 94, -10, other=False)),
    ).draw(on)
    on.arrow((120, 38), (70, 40), (62, 70))


@draws
def rolling_side_long(on: Picture) -> None:
    on.mat_from_above()
    on.cushion(54, 62, 34, 52)
    on_the_side(
        hand=Limb(70, 126),
        far_hand=Limb(50, 116),
        foot=Limb(176, 120, -70),
        far_foot=Limb(196, 90, -60),
    ).draw(on)
    on.arrow((208, 48), (226, 84), (208, 120))


@draws
def rolling_front(on: Picture) -> None:
    on.mat_from_above()
    from_above(
        face="back", hands=(Limb(60, 124), Limb(60, 52)), feet=(Limb(197, 97, 0), Limb(197, 79, 0))
    ).draw(on)
    on.arrow((208, 118), (226, 86), (208, 54))


@draws
def rolling_long(on: Picture) -> None:
    on.mat_from_above()
    from_above(hands=(Limb(48, 104), Limb(48, 72))).draw(on)
    on.arrow((216, 60), (230, 88), (216, 118))


@draws
def rolling_side_arms(on: Picture) -> None:
    on.mat_from_above()
    on_the_side(
        hand=Limb(46, 92),
        far_hand=Limb(46, 84),
        foot=Limb(196, 92, -50),
        far_foot=Limb(197, 86, -50),
    ).draw(on)
    on.arrow((208, 56), (228, 88), (208, 120))


@draws
def rolling_front_arms(on: Picture) -> None:
    on.mat_from_above()
    from_above(face="back", hands=(Limb(48, 104), Limb(48, 72))).draw(on)


# Crawling.


@draws
def all_fours(on: Picture) -> None:
    on.mat(20, 220)
    on_all_fours().draw(on)


@draws
def all_fours_come(on: Picture) -> None:
    on.mat(20, 220)
    on_all_fours().draw(on)
    on.arrow((66, 80), (88, 66), (110, 72))


@draws
def rocked_back(on: Picture) -> None:
    on.mat(20, 220)
    on_all_fours(
        hip=(68, 125),
        trunk=-2,
        hand=Limb(138, HAND),
        far_hand=Limb(145, HAND - 2),
        neck=0,
        look=-70,
    ).draw(on)
    on.arrow((124, 88), (100, 74), (72, 90))


@draws
def crawl_one(on: Picture) -> None:
    on.mat(8, 232)
    on_all_fours(
        84,
        hand=Limb(118, HAND),
        far_hand=Limb(150, HAND - 2),
        foot=Limb(72, ANKLE, 180),
        far_foot=Limb(46, ANKLE - 2, 180),
    ).draw(on)
    on.arrow((156, 120), (176, 108), (194, 120))


@draws
def crawl_two(on: Picture) -> None:
    on.mat(8, 232)
    on_all_fours(
        104,
        hand=Limb(168, HAND),
        far_hand=Limb(136, HAND - 2),
        foot=Limb(64, ANKLE, 180),
        far_foot=Limb(92, ANKLE - 2, 180),
    ).draw(on)
    on.arrow((182, 116), (200, 108), (216, 122))


@draws
def toes_tucked(on: Picture) -> None:
    on.mat(20, 220)
    on_all_fours(foot=Limb(58, 139, -65), far_foot=Limb(65, 137, -65)).draw(on)


@draws
def knees_up(on: Picture) -> None:
    on.mat(20, 220)
    on_all_fours(
        hip=(88, 104),
        trunk=2,
        foot=Limb(58, 137, -65),
        far_foot=Limb(65, 135, -65),
        hand=Limb(130, HAND),
    ).draw(on)
    on.arrow((34, 140), (30, 124), (34, 104))


@draws
def knees_up_step(on: Picture) -> None:
    on.mat(20, 220)
    on_all_fours(
        hip=(92, 104),
        trunk=2,
        foot=Limb(72, 137, -65),
        far_foot=Limb(56, 135, -65),
        hand=Limb(124, HAND),
        far_hand=Limb(156, HAND - 2),
    ).draw(on)
    on.arrow((162, 120), (180, 108), (198, 122))


# Kneeling.


@draws
def kneel_at_chair(on: Picture) -> None:
    on.mat(20, 220)
    on.chair(206, -1)
    Side(
        hip=(88, 124), trunk=48, hand=Limb(162, 104), far_hand=Limb(168, 103),
        foot=Limb(72, ANKLE, 180), far_foot=Limb(78, ANKLE - 2, 180), neck=50, look=-25,
    ).draw(on)  # fmt: skip


@draws
def sink_at_chair(on: Picture) -> None:
    on.mat(20, 220)
    on.chair(206, -1)
    Side(
        hip=(88, 124), trunk=48, hand=Limb(162, 104), far_hand=Limb(168, 103),
        foot=Limb(72, ANKLE, 180), far_foot=Limb(78, ANKLE - 2, 180), neck=50, look=-25,
    ).draw(on)  # fmt: skip
    on.arrow((96, 62), (74, 72), (62, 104))


@draws
def tall_at_chair(on: Picture) -> None:
    on.mat(20, 220)
    on.chair(206, -1)
    tall_kneel(124, hand=Limb(164, 103), far_hand=Limb(170, 102)).draw(on)
    on.arrow((82, 124), (82, 92), (102, 74))


@draws
def half_at_chair_after(on: Picture) -> None:
    on.mat(20, 220)
    on.chair(206, -1)
    tall_kneel(124, hand=Limb(164, 103), far_hand=Limb(170, 102)).draw(on)
    on.arrow((130, 161), (106, 161), (80, 161))


@draws
def heel_sit(on: Picture) -> None:
    on.mat(20, 220)
    Side(
        hip=(92, 132), trunk=82, hand=Limb(122, 128), far_hand=Limb(126, 126),
        foot=Limb(82, ANKLE, 180), far_foot=Limb(88, ANKLE - 2, 180), neck=84, look=0,
    ).draw(on)  # fmt: skip


@draws
def heel_sit_sunk(on: Picture) -> None:
    on.mat(20, 220)
    Side(
        hip=(92, 132), trunk=82, hand=Limb(122, 128), far_hand=Limb(126, 126),
        foot=Limb(82, ANKLE, 180), far_foot=Limb(88, ANKLE - 2, 180), neck=84, look=0,
    ).draw(on)  # fmt: skip
    on.arrow((74, 66), (56, 90), (62, 118))


@draws
def tall(on: Picture) -> None:
    on.mat(20, 220)
    tall_kneel().draw(on)
    on.arrow((120, 161), (96, 161), (70, 161))


@draws
def tall_up(on: Picture) -> None:
    on.mat(20, 220)
    tall_kneel().draw(on)
    on.arrow((70, 118), (58, 92), (74, 66))


@draws
def heel_sit_arms(on: Picture) -> None:
    on.mat(20, 220)
    Side(
        hip=(92, 132), trunk=74, hand=Limb(146, 92), far_hand=Limb(146, 96), foot=Limb(82, ANKLE, 180),
        far_foot=Limb(88, ANKLE - 2, 180), neck=80, look=0,
    ).draw(on)  # fmt: skip


@draws
def heel_sit_arms_sunk(on: Picture) -> None:
    on.mat(20, 220)
    Side(
        hip=(92, 132), trunk=74, hand=Limb(146, 92), far_hand=Limb(146, 96), foot=Limb(82, ANKLE, 180),
        far_foot=Limb(88, ANKLE - 2, 180), neck=80, look=0,
    ).draw(on)  # fmt: skip
    on.arrow((74, 66), (56, 90), (62, 118))


@draws
def tall_arms_up(on: Picture) -> None:
    on.mat(20, 220)
    tall_kneel(hand=Limb(136, 38), far_hand=Limb(142, 42)).draw(on)
    on.arrow((158, 84), (172, 66), (164, 46))


# Squatting.


@draws
def sit(on: Picture) -> None:
    on.floor()
    on.chair(80)
    sitting().draw(on)


def sitting(**changes: object) -> Side:
    pose: dict[str, object] = {
        "hip": (98, 98), "trunk": 92, "hand": Limb(122, 96), "far_hand": Limb(126, 94),
        "foot": Limb(122, ANKLE), "far_foot": Limb(129, ANKLE - 2),
    }  # fmt: skip
    return Side(**{**pose, **changes})  # type: ignore[arg-type]


@draws
def sit_lean(on: Picture) -> None:
    on.floor()
    on.chair(80)
    sitting(
        hip=(102, 98), trunk=52, hand=Limb(146, 104), far_hand=Limb(150, 102),
        foot=Limb(118, ANKLE), far_foot=Limb(125, ANKLE - 2), neck=58, look=-20,
    ).draw(on)  # fmt: skip
    on.arrow((164, 74), (176, 50), (164, 28))


@draws
def rise_at_chair(on: Picture) -> None:
    on.floor()
    on.chair(62)
    stand(124).draw(on)
    on.arrow((160, 100), (172, 74), (164, 44))


@draws
def stand_arms(on: Picture) -> None:
    on.floor()
    on.chair(62)
    stand(120, hand=Limb(162, 52), far_hand=Limb(163, 55)).draw(on)


@draws
def squat_to_chair(on: Picture) -> None:
    on.floor()
    on.chair(66)
    squat((98, 101), 58).draw(on)
    on.arrow((108, 40), (86, 48), (84, 72))


def squat(hip: Point, trunk: float, **changes: object) -> Side:
    pose: dict[str, object] = {
        "hip": hip, "trunk": trunk, "hand": Limb(164, hip[1] - 22), "far_hand": Limb(165, hip[1] - 19),
        "foot": Limb(114, ANKLE), "far_foot": Limb(121, ANKLE - 2), "neck": trunk + 12, "look": -5,
    }  # fmt: skip
    return Side(**{**pose, **changes})  # type: ignore[arg-type]


@draws
def stand_free(on: Picture) -> None:
    on.floor()
    stand(114, hand=Limb(156, 52), far_hand=Limb(157, 55)).draw(on)


@draws
def squat_deep(on: Picture) -> None:
    on.floor()
    squat(
        (92, 120),
        60,
        foot=Limb(108, ANKLE),
        far_foot=Limb(115, ANKLE - 2),
        hand=Limb(158, 88),
        far_hand=Limb(159, 91),
    ).draw(on)
    on.arrow((84, 56), (66, 74), (68, 100))


@draws
def squat_rise(on: Picture) -> None:
    on.floor()
    squat((100, 104), 62).draw(on)
    on.arrow((80, 84), (68, 62), (80, 40))


# Half-kneeling.


@draws
def half_at_chair_before(on: Picture) -> None:
    on.mat(20, 220)
    on.chair(212, -1)
    tall_kneel(118, hand=Limb(172, 104), far_hand=Limb(176, 103)).draw(on)


@draws
def half_at_chair(on: Picture) -> None:
    on.mat(20, 220)
    on.chair(222, -1)
    half_kneel(116, hand=Limb(181, 104), far_hand=Limb(183, 103), trunk=84).draw(on)
    on.arrow((104, 161), (130, 161), (158, 161))


@draws
def tall_to_half(on: Picture) -> None:
    on.mat(20, 220)
    tall_kneel().draw(on)


@draws
def half(on: Picture) -> None:
    on.mat(20, 220)
    half_kneel().draw(on)
    on.arrow((80, 74), (68, 74), (54, 74))


@draws
def half_back(on: Picture) -> None:
    on.mat(20, 220)
    half_kneel().draw(on)
    on.arrow((98, 161), (124, 161), (152, 161))


@draws
def half_arms(on: Picture) -> None:
    on.mat(20, 220)
    half_kneel(hand=Limb(152, 78), far_hand=Limb(152, 82)).draw(on)


@draws
def half_forward(on: Picture) -> None:
    on.mat(20, 220)
    half_kneel(
        hip=(124, 117), trunk=84, hand=Limb(172, 82), far_hand=Limb(172, 86),
        foot=Limb(143, ANKLE), far_foot=Limb(79, ANKLE, 180),
    ).draw(on)  # fmt: skip
    on.arrow((180, 98), (192, 98), (208, 98))


# Getting up from the floor.


@draws
def up_fours_chair(on: Picture) -> None:
    on.mat(8, 160)
    on.chair(226, -1)
    on_all_fours(74).draw(on)


@draws
def up_half_chair(on: Picture) -> None:
    on.mat(8, 180)
    on.chair(224, -1)
    half_kneel(120, hand=Limb(184, 104), far_hand=Limb(188, 103), trunk=70, neck=72, look=-10).draw(
        on
    )
    on.arrow((106, 161), (132, 161), (160, 161))


@draws
def up_stand_chair(on: Picture) -> None:
    on.mat(8, 150)
    on.chair(224, -1)
    stand(
        134,
        hip=(132, 86),
        trunk=52,
        neck=60,
        look=-20,
        hand=Limb(186, 104),
        far_hand=Limb(190, 103),
    ).draw(on)
    on.arrow((122, 50), (118, 30), (132, 16))


@draws
def stand_tall_chair(on: Picture) -> None:
    on.mat(8, 120)
    on.chair(224, -1)
    stand(134).draw(on)


@draws
def up_fours(on: Picture) -> None:
    on.mat(20, 220)
    on_all_fours(90).draw(on)
    on.arrow((122, 92), (112, 74), (118, 56))


@draws
def up_half(on: Picture) -> None:
    on.mat(20, 220)
    half_kneel(hand=Limb(138, 110), far_hand=Limb(142, 108), trunk=78, neck=80, look=-5).draw(on)
    on.arrow((98, 161), (124, 161), (152, 161))


@draws
def up_stand(on: Picture) -> None:
    on.mat(20, 220)
    stand(120, foot=Limb(126, ANKLE), far_foot=Limb(112, ANKLE - 2)).draw(on)
    on.arrow((84, 96), (74, 68), (84, 38))


@draws
def up_side_sit(on: Picture) -> None:
    on.mat(8, 232)
    Side(
        hip=(96, 140), trunk=100, hand=Limb(64, HAND), far_hand=Limb(120, 118),
        foot=Limb(142, ANKLE, 0), far_foot=Limb(149, ANKLE - 2, 0), neck=96, look=0,
    ).draw(on)  # fmt: skip
    on.arrow((46, 128), (36, 100), (52, 74))


@draws
def up_roll(on: Picture) -> None:
    on.mat_from_above()
    from_above(
        leg=0.8,
        feet=(Limb(158, 128, -20), Limb(156, 112, -20, other=True)),
        hands=(Limb(98, 134), Limb(92, 124, other=True)),
        look=3,
    ).draw(on)
    on.arrow((192, 66), (212, 96), (192, 126))


@draws
def up_half_free(on: Picture) -> None:
    on.mat(20, 220)
    half_kneel(hand=Limb(150, 86), far_hand=Limb(150, 90), trunk=78, neck=80, look=-5).draw(on)
    on.arrow((98, 161), (124, 161), (152, 161))


# Lifting.


@draws
def lift_chair_low(on: Picture) -> None:
    on.floor()
    on.chair(208, -1)
    Side(
        hip=(104, 92), trunk=50, hand=Limb(158, 96), far_hand=Limb(160, 92), foot=Limb(122, ANKLE),
        far_foot=Limb(129, ANKLE - 2), neck=56, look=-25, held=lambda p: p.box(170, 106, 22),
    ).draw(on)  # fmt: skip


@draws
def lift_chair_down(on: Picture) -> None:
    on.floor()
    on.chair(208, -1)
    Side(
        hip=(104, 92), trunk=50, hand=Limb(158, 96), far_hand=Limb(160, 92), foot=Limb(122, ANKLE),
        far_foot=Limb(129, ANKLE - 2), neck=56, look=-25, held=lambda p: p.box(170, 106, 22),
    ).draw(on)  # fmt: skip
    on.arrow((190, 46), (200, 62), (194, 82))


@draws
def lift_chair_high(on: Picture) -> None:
    on.floor()
    on.chair(214, -1)
    stand(124, hand=Limb(142, 76), far_hand=Limb(144, 74), held=lambda p: p.box(150, 84, 22)).draw(
        on
    )
    on.arrow((168, 108), (180, 92), (176, 70))


@draws
def lift_floor_low(on: Picture) -> None:
    on.floor()
    Side(
        hip=(92, 112), trunk=44, hand=Limb(146, 132), far_hand=Limb(148, 129), foot=Limb(112, ANKLE),
        far_foot=Limb(120, ANKLE - 2), neck=54, look=-20, held=lambda p: p.box(156, FLOOR, 26),
    ).draw(on)  # fmt: skip
    on.arrow((70, 66), (54, 82), (58, 108))


@draws
def lift_floor_half(on: Picture) -> None:
    on.floor()
    Side(
        hip=(98, 97), trunk=58, hand=Limb(134, 104), far_hand=Limb(136, 101), foot=Limb(114, ANKLE),
        far_foot=Limb(122, ANKLE - 2), neck=64, look=-10, held=lambda p: p.box(144, 116, 26),
    ).draw(on)  # fmt: skip
    on.arrow((178, 92), (184, 70), (172, 50))


@draws
def lift_floor_high(on: Picture) -> None:
    on.floor()
    stand(112, hand=Limb(132, 78), far_hand=Limb(134, 75), held=lambda p: p.box(141, 88, 26)).draw(
        on
    )


@draws
def lift_to_table(on: Picture) -> None:
    on.floor()
    on.table(162, 62, 86)
    stand(
        126, far_foot=Limb(146, ANKLE - 2), trunk=80, neck=84, look=-10,
        hand=Limb(168, 72), far_hand=Limb(170, 70), held=lambda p: p.box(180, 83, 24),
    ).draw(on)  # fmt: skip
    on.arrow((162, 42), (180, 32), (192, 48))


# Carrying.


def walking(x: float = 108, **changes: object) -> Side:
    pose: dict[str, object] = {
        "hip": (x, 86), "trunk": 89, "hand": Limb(x - 8, 86), "far_hand": Limb(x + 16, 82),
        "foot": Limb(x + 20, ANKLE - 2, 20), "far_foot": Limb(x - 22, 143, -30),
    }  # fmt: skip
    return Side(**{**pose, **changes})  # type: ignore[arg-type]


@draws
def carry_front_stand(on: Picture) -> None:
    on.floor()
    stand(112, hand=Limb(132, 78), far_hand=Limb(134, 75), held=lambda p: p.box(139, 86, 22)).draw(
        on
    )


@draws
def carry_front_walk(on: Picture) -> None:
    on.floor()
    walking(
        104, hand=Limb(126, 78), far_hand=Limb(128, 75), held=lambda p: p.box(132, 86, 22)
    ).draw(on)
    on.arrow((168, 112), (188, 112), (208, 112))


def carrier(bags: tuple[bool, bool], feet: tuple[Limb, Limb], on: Picture, lift: float = 0) -> None:
    hands = (Limb(92, 86 - lift), Limb(148, 86 - lift))
    pose = Front((120, 84), 90, hands, feet)
    pose.draw(on)
    for has, hand in zip(bags, hands, strict=True):
        if has:
            on.bag((hand.x, hand.y))


FEET = (Limb(110, ANKLE, 235), Limb(130, ANKLE, 305))


@draws
def carry_two(on: Picture) -> None:
    on.floor()
    carrier((True, True), FEET, on)


@draws
def carry_one(on: Picture) -> None:
    on.floor()
    carrier((True, False), FEET, on)


@draws
def carry_other(on: Picture) -> None:
    on.floor()
    carrier((False, True), FEET, on)


@draws
def carry_down(on: Picture) -> None:
    on.floor()
    Side(
        hip=(98, 97), trunk=58, hand=Limb(124, 116), far_hand=Limb(134, 114), foot=Limb(114, ANKLE),
        far_foot=Limb(122, ANKLE - 2), neck=64, look=-15, held=lambda p: p.bag((134, 116)),
    ).draw(on)  # fmt: skip
    on.bag((124, 118))
    on.arrow((168, 84), (174, 104), (166, 126))


@draws
def carry_walk(on: Picture) -> None:
    on.floor()
    pose = walking(hand=Limb(106, 90), far_hand=Limb(116, 88))
    on.bag((116, 88))
    pose.draw(on)
    on.bag((106, 90))
    on.arrow((166, 112), (186, 112), (206, 112))


@draws
def carry_walk_one(on: Picture) -> None:
    on.floor()
    walking(hand=Limb(106, 90)).draw(on)
    on.bag((106, 90))
    on.arrow((166, 112), (186, 112), (206, 112))


# Stepping.


@draws
def step_hold_before(on: Picture) -> None:
    on.is_tall = True
    on.floor()
    on.step(128, 100, 16)
    rail(on)
    stand(92, hand=Limb(128, 66), far_hand=Limb(100, 86)).draw(on)


def rail(on: Picture) -> None:
    on.parts.append('<path class="wood" d="M128 152V66L226 66V136"/>')


@draws
def step_hold_foot(on: Picture) -> None:
    on.is_tall = True
    on.floor()
    on.step(128, 100, 16)
    rail(on)
    Side(
        hip=(110, 85), trunk=82, hand=Limb(142, 66), far_hand=Limb(112, 84),
        foot=Limb(150, 131), far_foot=Limb(94, ANKLE), neck=86, look=-5,
    ).draw(on)  # fmt: skip
    on.arrow((98, -1), (114, -14), (136, -4))


@draws
def step_hold_up(on: Picture) -> None:
    on.is_tall = True
    on.floor()
    on.step(108, 120, 16)
    on.parts.append('<path class="wood" d="M108 152V56L226 56V136"/>')
    stand(
        150,
        hip=(150, 69),
        foot=Limb(149, 131),
        far_foot=Limb(157, 130),
        hand=Limb(184, 54),
        far_hand=Limb(160, 69),
    ).draw(on)
    on.arrow((88, 128), (80, 104), (88, 78))


@draws
def step_before(on: Picture) -> None:
    on.is_tall = True
    on.floor()
    on.step(128, 100, 16)
    rail(on)
    stand(92).draw(on)


@draws
def step_foot(on: Picture) -> None:
    on.is_tall = True
    on.floor()
    on.step(128, 100, 16)
    Side(
        hip=(111, 85), trunk=80, hand=Limb(104, 88), far_hand=Limb(134, 78),
        foot=Limb(150, 131), far_foot=Limb(94, ANKLE), neck=86, look=-5,
    ).draw(on)  # fmt: skip
    on.arrow((98, -1), (114, -14), (136, -4))


@draws
def step_down(on: Picture) -> None:
    on.is_tall = True
    on.floor()
    on.step(108, 120, 16)
    stand(
        150,
        hip=(150, 69),
        foot=Limb(149, 131),
        far_foot=Limb(157, 130),
        hand=Limb(153, 71),
        far_hand=Limb(160, 69),
    ).draw(on)
    on.arrow((124, 110), (92, 108), (88, 138))


@draws
def step_knee(on: Picture) -> None:
    on.is_tall = True
    on.floor()
    on.step(108, 120, 16)
    Side(
        hip=(146, 69), trunk=90, hand=Limb(128, 72), far_hand=Limb(172, 56),
        foot=Limb(146, 131), far_foot=Limb(172, 100, -20),
    ).draw(on)  # fmt: skip
    on.arrow((196, 104), (204, 86), (196, 70))


# Turning.


def seat_from_front(on: Picture) -> None:
    for path in ("M94 112V58H146V112", "M92 112H148", "M95 112V152M145 112V152"):
        on.parts.append(f'<path class="wood" d="{path}"/>')


def seated_from_front() -> Front:
    feet = (Limb(110, ANKLE, 250), Limb(130, ANKLE, 290))
    return Front((120, 98), 90, (Limb(106, 106), Limb(134, 106)), feet, leg=0.78)


@draws
def turn_sit(on: Picture) -> None:
    on.floor()
    seat_from_front(on)
    seated_from_front().draw(on)


@draws
def turn_sit_back(on: Picture) -> None:
    on.floor()
    seat_from_front(on)
    seated_from_front().draw(on)
    on.arrow((140, 14), (118, 2), (94, 14))


@draws
def turn_sit_over(on: Picture) -> None:
    on.floor()
    seat_from_front(on)
    Front(
        (120, 98), 90, (Limb(134, 104, other=True), Limb(152, 98)), (Limb(110, ANKLE, 250), Limb(130, ANKLE, 290)),
        leg=0.78, shoulders=25, look=5,
    ).draw(on)  # fmt: skip
    on.arrow((100, 14), (122, 2), (146, 14))


@draws
def turn_front(on: Picture) -> None:
    on.floor()
    Front((120, 84), 90, (Limb(99, 87), Limb(141, 87)), FEET).draw(on)


@draws
def turn_side(on: Picture) -> None:
    on.floor()
    stand(112, far_foot=Limb(124, ANKLE - 2)).draw(on)
    on.arrow((84, 158), (120, 170), (158, 158))


@draws
def turn_back(on: Picture) -> None:
    on.floor()
    Front(
        (120, 84),
        90,
        (Limb(99, 87), Limb(141, 87)),
        (Limb(110, ANKLE, 90), Limb(130, ANKLE, 90)),
        face="back",
    ).draw(on)


@draws
def turn_box_take(on: Picture) -> None:
    on.floor()
    on.table(10, 56, 90)
    stand(
        110,
        facing=-1,
        hand=Limb(66, 76),
        far_hand=Limb(64, 74),
        foot=Limb(110, ANKLE, 180),
        far_foot=Limb(102, ANKLE - 2, 180),
        trunk=98,
        neck=94,
        look=190,
        held=lambda p: p.box(54, 87, 24),
    ).draw(on)


@draws
def turn_box_middle(on: Picture) -> None:
    on.floor()
    on.table(4, 44, 90)
    on.table(192, 44, 90)
    Front((120, 84), 90, (Limb(106, 68), Limb(134, 68)), FEET).draw(on)
    on.box(120, 80, 26)
    on.arrow((152, 158), (172, 168), (192, 158))


@draws
def turn_box_put(on: Picture) -> None:
    on.floor()
    on.table(174, 56, 90)
    stand(
        130,
        hand=Limb(174, 76),
        far_hand=Limb(176, 74),
        foot=Limb(130, ANKLE),
        far_foot=Limb(138, ANKLE - 2),
        trunk=82,
        neck=86,
        look=-10,
        held=lambda p: p.box(186, 87, 24),
    ).draw(on)


def drawn() -> dict[str, str]:
    """Return every picture by name."""
    found = {}
    for name, draw in DRAWN.items():
        picture = Picture()
        draw(picture)
        found[name] = picture.svg()
    return found


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.svg"):
        old.unlink()
    for name, svg in drawn().items():
        (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
