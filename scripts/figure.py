"""A jointed figure drawn as plain SVG, from the side or from the front, for ``scripts/draw_movements.py``.

Lengths are in units of a picture of 240 by 170. Angles are in degrees: 0 to the right, 90 up. Hands and feet are given
by position; elbows and knees follow. Colours are classes of ``static/css/movement.css``, so that one drawing works in
light and dark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import cos, hypot, radians, sin, sqrt

Point = tuple[float, float]
WIDTH, HEIGHT, FLOOR = 240, 170, 152
THIGH = SHIN = 32.0
UPPER_ARM = FOREARM = 23.0
TRUNK, NECK, HEAD, FOOT = 44.0, 18.0, 10.5, 12.0


def at(start: Point, angle: float, length: float) -> Point:
    return start[0] + length * cos(radians(angle)), start[1] - length * sin(radians(angle))


def middle(start: Point, end: Point, first: float, second: float, towards: Point) -> Point:
    """Return the joint between two bones from ``start`` to ``end``, on the side of the vector ``towards``."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    far = min(max(hypot(dx, dy), 1.0), first + second)
    along = (first * first - second * second + far * far) / (2 * far)
    off = sqrt(max(0.0, first * first - along * along))
    ux, uy = dx / far, dy / far
    side = 1 if -uy * towards[0] + ux * towards[1] > 0 else -1
    return start[0] + ux * along - uy * off * side, start[1] + uy * along + ux * off * side


def d(points: list[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


@dataclass
class Picture:
    """The shapes drawn so far, the farthest first."""

    parts: list[str] = field(default_factory=list)
    #: The figure stands on a step: more room above, in the same proportions.
    is_tall: bool = False

    def limb(self, points: list[Point], name: str, width: float) -> None:
        """Draw one or two bones, with an outline."""
        path = d(points)
        self.parts.append(f'<path class="edge" stroke-width="{width + 3.4:g}" d="{path}"/>')
        self.parts.append(f'<path class="{name}" stroke-width="{width:g}" d="{path}"/>')

    def floor(self, y: float = FLOOR) -> None:
        self.parts.append(f'<path class="floor" d="M4 {y:g}H236"/>')

    def mat(self, left: float, right: float) -> None:
        self.floor(FLOOR + 6)
        self.parts.append(
            f'<rect class="mat" x="{left:g}" y="{FLOOR:g}" width="{right - left:g}" height="6" rx="3"/>'
        )

    def mat_from_above(self) -> None:
        self.parts.append('<rect class="mat" x="6" y="22" width="228" height="130" rx="10"/>')

    def cushion(self, x: float, y: float, width: float, height: float) -> None:
        self.parts.append(
            f'<rect class="cushion" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>'
        )

    def chair(self, x: float, facing: int = 1, seat: float = 108) -> None:
        """Draw a chair whose seat begins at ``x`` under the back and extends 40 in the direction ``facing``."""
        front = x + 40 * facing
        back_top = (x - 4 * facing, seat - 46)
        for points in (
            [back_top, (x, seat), (x - 3 * facing, FLOOR)],
            [(x, seat), (front, seat)],
            [(front - 2 * facing, seat), (front, FLOOR)],
        ):
            self.parts.append(f'<path class="wood" d="{d(points)}"/>')

    def box(self, x: float, y: float, size: float = 24) -> None:
        """Draw a box by its middle and its lower edge."""
        self.parts.append(
            f'<rect class="box" x="{x - size / 2:g}" y="{y - size:g}" width="{size:g}" height="{size:g}" rx="2"/>'
            f'<path class="crease" d="M{x - 4:g} {y - size:g}v6h8v-6"/>'
        )

    def bag(self, hand: Point) -> None:
        x, y = hand
        self.parts.append(
            f'<path class="handle" d="M{x - 6:.1f} {y + 12:.1f}L{x:.1f} {y:.1f}L{x + 6:.1f} {y + 12:.1f}"/>'
            f'<path class="box" d="M{x - 10:.1f} {y + 11:.1f}h20l2 22h-24z"/>'
        )

    def step(self, x: float, width: float, height: float) -> None:
        self.parts.append(
            f'<path class="wood block" d="M{x:g} {FLOOR}v{-height:g}h{width:g}v{height:g}z"/>'
        )

    def table(self, x: float, width: float, top: float) -> None:
        for points in (
            [(x, top), (x + width, top)],
            [(x + 5, top), (x + 5, FLOOR)],
            [(x + width - 5, top), (x + width - 5, FLOOR)],
        ):
            self.parts.append(f'<path class="wood" d="{d(points)}"/>')

    def arrow(self, start: Point, bend: Point, end: Point) -> None:
        """Draw a curve with an arrowhead: the way in which the body moves next."""
        dx, dy = end[0] - bend[0], end[1] - bend[1]
        length = hypot(dx, dy) or 1
        ux, uy = dx / length, dy / length
        wing = [
            (end[0] - 9 * ux - 7 * uy * side, end[1] - 9 * uy + 7 * ux * side) for side in (1, -1)
        ]
        curve = (
            f"M{start[0]:.1f} {start[1]:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
            f"M{wing[0][0]:.1f} {wing[0][1]:.1f}L{end[0]:.1f} {end[1]:.1f}L{wing[1][0]:.1f} {wing[1][1]:.1f}"
        )
        self.parts.append(f'<path class="halo" d="{curve}"/><path class="go" d="{curve}"/>')

    def svg(self) -> str:
        inside = "".join(self.parts)
        box = "-13 -18 266 188.400" if self.is_tall else f"0 0 {WIDTH} {HEIGHT}"
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{inside}</svg>\n'


@dataclass(frozen=True)
class Limb:
    """The position of the hand or the ankle. ``toe`` is the direction of a foot. ``other`` bends the joint the other
    way."""

    x: float
    y: float
    toe: float = 0.0
    other: bool = False


@dataclass(frozen=True)
class Side:
    """The figure from the side. ``facing`` 1 looks right when upright, -1 left; ``look`` is where the nose points."""

    hip: Point
    trunk: float
    hand: Limb
    foot: Limb
    far_hand: Limb | None = None
    far_foot: Limb | None = None
    facing: int = 1
    look: float | None = None
    neck: float | None = None
    #: Draws what is between the far and the near side, such as a box being held.
    held: Callable[[Picture], None] | None = None

    @property
    def shoulder(self) -> Point:
        return at(self.hip, self.trunk, TRUNK)

    @property
    def front(self) -> Point:
        return at((0, 0), self.trunk - 90 * self.facing, 1)

    def draw(self, on: Picture) -> None:
        far_foot = self.far_foot or Limb(self.foot.x - 6, self.foot.y, self.foot.toe)
        far_hand = self.far_hand or Limb(self.hand.x + 4, self.hand.y - 2)
        self._arm(on, far_hand, "-far")
        self._leg(on, far_foot, "-far")
        self._leg(on, self.foot, "")
        on.limb([at(self.hip, self.trunk, 2), at(self.hip, self.trunk, TRUNK - 6)], "shirt", 21)
        self._head(on)
        if self.held is not None:
            self.held(on)
        self._arm(on, self.hand, "")

    def _leg(self, on: Picture, foot: Limb, far: str) -> None:
        end = (foot.x, foot.y)
        fx, fy = self.front
        sign = -1 if foot.other else 1
        knee = middle(self.hip, end, THIGH, SHIN, (fx * sign, fy * sign))
        on.limb([end, at(end, foot.toe, FOOT)], f"shoe{far}", 7)
        on.limb([self.hip, knee, end], f"legs{far}", 12.5)

    def _arm(self, on: Picture, hand: Limb, far: str) -> None:
        end = (hand.x, hand.y)
        fx, fy = self.front
        sign = 1 if hand.other else -1
        start = at(self.hip, self.trunk, TRUNK - 4)
        elbow = middle(start, end, UPPER_ARM, FOREARM, (fx * sign, fy * sign))
        on.limb([elbow, end], f"skin{far}", 7)
        on.limb([start, elbow], f"shirt{far}", 9)

    def _head(self, on: Picture) -> None:
        neck = self.trunk if self.neck is None else self.neck
        look = self.trunk - 90 * self.facing if self.look is None else self.look
        centre = at(self.shoulder, neck, NECK - 3)
        on.limb([at(self.shoulder, neck, -4), centre], "skin", 8)
        x, y = centre
        # The face looks right in its own picture; it is turned, and mirrored for a figure facing left.
        turn = f"translate({x:.1f} {y:.1f}) rotate({-look:g}) scale(1 {self.facing})"
        on.parts.append(
            f'<g transform="{turn}"><circle class="face" r="{HEAD}"/>'
            f'<path class="hair" d="M6.500-9.500A{HEAD + 1} {HEAD + 1} 0 1 0-4 10.800Q-6 2 0-2Q6-4 6.500-9.500Z"/>'
            f'<path class="nose" d="M9.500-2.500l5 4-4.500 1.500"/>'
            f'<circle class="eye" cx="5.500" cy="-1.500" r="1.400"/></g>'
        )


@dataclass(frozen=True)
class Front:
    """The figure seen from the front or from behind. ``up`` is the direction from the hips to the head."""

    hips: Point
    up: float
    hands: tuple[Limb, Limb]
    feet: tuple[Limb, Limb]
    face: str = "front"
    #: Legs and arms look shorter when they point at the viewer.
    leg: float = 0.985
    shoulders: float = 32.0
    look: float = 0.0

    def draw(self, on: Picture) -> None:
        side = at((0, 0), self.up - 90, 1)
        top = at(self.hips, self.up, TRUNK - 2)
        hips = [(self.hips[0] + side[0] * k, self.hips[1] + side[1] * k) for k in (-9, 9)]
        half = self.shoulders / 2
        tops = [(top[0] + side[0] * k, top[1] + side[1] * k) for k in (-half + 4, half - 4)]
        arms = [(top[0] + side[0] * k, top[1] + side[1] * k) for k in (-half, half)]
        for k, (hip, foot) in enumerate(zip(hips, self.feet, strict=True)):
            out = side if (k == 1) != foot.other else (-side[0], -side[1])
            end = (foot.x, foot.y)
            knee = middle(hip, end, THIGH * self.leg, SHIN * self.leg, out)
            on.limb([end, at(end, foot.toe, 8)], "shoe", 8)
            on.limb([hip, knee, end], "legs", 12.5)
        shape = d([*hips, tops[1], tops[0]]) + "Z"
        on.parts.append(
            f'<path class="edge" stroke-width="15.4" d="{shape}"/>'
            f'<path class="shirt fill" stroke-width="12" d="{shape}"/>'
        )
        centre = at(top, self.up, NECK)
        on.limb([top, centre], "skin", 8)
        turn = f"translate({centre[0]:.1f} {centre[1]:.1f}) rotate({90 - self.up:g})"
        hair = "M-11 2A11.500 11.500 0 1 1 11 2Q9-5 0-5Q-9-5-11 2Z"
        if self.face == "back":
            inner = '<circle class="hair" r="11.500"/>'
        else:
            inner = (
                f'<circle class="face" r="{HEAD}"/><path class="hair" d="{hair}"/>'
                f'<circle class="eye" cx="{-4 + self.look:g}" cy="0" r="1.400"/>'
                f'<circle class="eye" cx="{4 + self.look:g}" cy="0" r="1.400"/>'
                f'<path class="nose" d="M{-3.5 + self.look:g} 5q3.500 2.500 7 0"/>'
            )
        on.parts.append(f'<g transform="{turn}">{inner}</g>')
        for k, (start, hand) in enumerate(zip(arms, self.hands, strict=True)):
            out = side if (k == 1) != hand.other else (-side[0], -side[1])
            end = (hand.x, hand.y)
            elbow = middle(start, end, UPPER_ARM, FOREARM, out)
            on.limb([elbow, end], "skin", 7)
            on.limb([start, elbow], "shirt", 9)
