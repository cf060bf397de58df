"""What is checked on every page, and for each check a fault that it must find.

A check is a function that looks at a page in the window it is given and returns what is wrong. Its name is what a
failed test reports. ``LOOKS`` says who is checked for what, and in which window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import Page

type Check = Callable[[Page], list[str]]
type Size = tuple[int, int]

#: 320 pixels are what is left of 1280 at a zoom of 400% (WCAG 1.4.10).
NARROWEST: Size = (320, 640)
PHONE: Size = (390, 844)
TABLET: Size = (768, 1024)
LAPTOP: Size = (1280, 900)

#: axe, which parses the same few colours thousands of times on each page. Remembering what each text means saves it a
#: third of its time and changes no result.
AXE = (
    AXE_SCRIPT
    + """;{
    const color = axe.commons.color.Color.prototype, parse = color.parseString, known = new Map();
    color.parseString = function (text) {
        if (known.has(text)) {
            [this.r, this.g, this.b, this.alpha] = known.get(text);
        } else {
            parse.call(this, text);
            known.set(text, [this.r, this.g, this.b, this.alpha]);
        }
        return this;
    };
}"""
)

#: axe's rules about colours.
ABOUT_COLOURS = ("color-contrast", "link-in-text-block")

SHOWN_THOUGH_HIDDEN = """() => [...document.querySelectorAll("[hidden]")]
    .filter((each) => each.getClientRects().length).map((each) => each.outerHTML)"""

#: 2.5.8: what can be pressed, is smaller than 24 pixels, and is no link within a sentence.
TOO_SMALL = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((each) => {
        if (each.type === "hidden" || !each.checkVisibility({ opacityProperty: false })) return false;
        const style = getComputedStyle(each);
        if (style.clipPath !== "none" || each.closest(".vh, .skip")) return false;
        const boxes = [each, each.closest("label"), ...(each.labels ?? [])].filter(Boolean)
            .map((one) => one.getBoundingClientRect());
        if (boxes.some((box) => box.width >= 24 && box.height >= 24)) return false;
        const around = [...each.parentElement.childNodes]
            .filter((one) => one.nodeType === Node.TEXT_NODE && one.textContent.trim());
        return !(style.display === "inline" && around.length);
    })
    .map((each) => each.outerHTML.slice(0, 120))"""

#: 1.4.12: the spacing that a reader may set.
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
        p { margin-block-end: 2em !important }`);
    document.adoptedStyleSheets = [sheet];
}"""
#: Words that do not fit in what is drawn around them and are cut off there. The name beside our sign may give way.
CUT_OFF = """() => [...document.querySelectorAll("body *")]
    .filter((each) => {
        const kept = each.closest(".vh, .brand, svg, [hidden], input, textarea, select");
        if (kept || !each.checkVisibility()) return false;
        const style = getComputedStyle(each);
        const clips = [style.overflowX, style.overflowY].some((one) => one === "hidden" || one === "clip");
        if (style.clipPath !== "none" || !clips) return false;
        return each.scrollHeight > each.clientHeight + 2 || each.scrollWidth > each.clientWidth + 2;
    })
    .map((each) => each.outerHTML.slice(0, 120))"""

#: 2.4.11: whether what has the focus lies under something else, at each of its corners and in the middle.
OBSCURED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const box = at.getBoundingClientRect();
    const points = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]];
    const seen = points.some(([x, y]) => {
        const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return top && (at.contains(top) || top.contains(at) || [...(at.labels ?? [])].some((one) => one.contains(top)));
    });
    return { seen, what: at.outerHTML.slice(0, 120) };
}"""

#: The header as it is, and with words as another language may have them: four tenths longer.
HEADER = """() => {
    const top = document.querySelector(".top"), flare = document.querySelector(".top__flare");
    // The page for when there is no connection names nobody, and has no tabs and no button.
    if (!flare) return document.body.classList.contains("has-tabs") ? ["no button"] : [];
    const lines = (each) => {
        const range = document.createRange();
        range.selectNodeContents(each);
        const boxes = [...range.getClientRects()].filter((box) => box.width > 1);
        return new Set(boxes.map((box) => Math.round(box.bottom / 8))).size;
    };
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const faultsOf = () => {
        const faults = [];
        if (top.getBoundingClientRect().height > 4 * rem) faults.push("more than one line");
        if (lines(flare) > 1) faults.push("the button's words break");
        const boxes = [flare, document.querySelector(".brand"), ...document.querySelectorAll(".tabs a")]
            .map((each) => each.getBoundingClientRect());
        for (const [number, one] of boxes.entries()) {
            for (const other of boxes.slice(number + 1)) {
                const beside = one.right <= other.left + 1 || other.right <= one.left + 1;
                const apart = beside || one.bottom <= other.top + 1 || other.bottom <= one.top + 1;
                if (!apart) faults.push(`two overlap: at ${Math.round(one.left)} and ${Math.round(other.left)}`);
            }
        }
        return faults;
    };
    const found = faultsOf();
    const before = new Map();
    for (const part of document.querySelectorAll(".top__flare, .tabs a")) {
        for (const node of part.childNodes) {
            const words = node.textContent.trim();
            if (node.nodeType === Node.TEXT_NODE && words) {
                before.set(node, node.textContent);
                node.textContent = words + " " + "ernwortes".slice(0, Math.max(1, Math.ceil(words.length * .4) - 1));
            }
        }
    }
    found.push(...faultsOf().map((fault) => `longer words: ${fault}`));
    for (const [node, words] of before) node.textContent = words;
    return found;
}"""

#: What moves or fades although the reader asked for stillness.
MOVING = """() => [...document.querySelectorAll("body, body *")]
    .filter((each) => {
        const style = getComputedStyle(each);
        const longest = (times) => Math.max(...times.split(",").map(parseFloat));
        const plays = style.animationName !== "none" && longest(style.animationDuration) > .01;
        return plays || longest(style.transitionDuration) > .01 || style.scrollBehavior === "smooth";
    })
    .map((each) => each.outerHTML.slice(0, 80))"""

#: Controls that lose their outline once the reader's own colours take the place of ours.
BARE = """() => [...document.querySelectorAll("main .btn, main input:not([type=hidden]), main select, main textarea")]
    .filter((each) => each.checkVisibility() && !each.closest(".q-number, .vh"))
    .filter((each) => {
        const style = getComputedStyle(each);
        return !["radio", "checkbox"].includes(each.type) && !each.classList.contains("btn--quiet")
            && parseFloat(style.borderTopWidth) < 1;
    })
    .map((each) => each.outerHTML.slice(0, 100))"""

#: What has jumped until half a second after the page was loaded, except what someone's key or tap has just moved.
SHIFTS = """(least) => new Promise((done) => {
    const found = [];
    new PerformanceObserver((list) => {
        for (const shift of list.getEntries()) {
            const moved = shift.sources.map((each) => each.node?.outerHTML?.slice(0, 80) ?? each.node?.textContent);
            if (!shift.hadRecentInput && shift.value >= least) found.push(`${shift.value}: ${moved}`);
        }
    }).observe({ type: "layout-shift", buffered: true });
    const loaded = performance.getEntriesByType("navigation")[0].loadEventEnd;
    const drawn = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
    setTimeout(() => drawn(() => setTimeout(() => done(found), 50)), loaded + 500 - performance.now());
})"""


def resize(page: Page, size: Size) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})


# The checks --------------------------------------------------------------------------------------


def there_is_one_first_heading(page: Page) -> list[str]:
    number = page.get_by_role("heading", level=1).count()
    return [] if number == 1 else [f"{number} first headings: {page.inner_text('body')}"]


def hidden_parts_are_not_shown(page: Page) -> list[str]:
    return _found(page, SHOWN_THOUGH_HIDDEN)


def targets_are_large_enough(page: Page) -> list[str]:
    return _found(page, TOO_SMALL)


def axe_finds_nothing_in_light(page: Page) -> list[str]:
    return _axe(page, "light")


def axe_finds_nothing_in_dark(page: Page) -> list[str]:
    """By the rules about colours: nothing else changes with the scheme."""
    return _axe(page, "dark", ABOUT_COLOURS)


def nothing_jumps(page: Page) -> list[str]:
    """Must come before the window changes, which moves everything.

    A jump counts from a score of 0.01, a tenth of what web.dev calls good for a whole page: a script may make room for
    a field that works only with it, such as the search for a time zone.
    """
    return jumps(page, least=0.01)


def jumps(page: Page, *, least: float) -> list[str]:
    """What has jumped since the page was loaded, with its score, if that is ``least`` or more."""
    found: list[str] = page.evaluate(SHIFTS, least)
    return found


def nothing_moves(page: Page) -> list[str]:
    """For someone who asked for stillness, as every visitor does."""
    return _found(page, MOVING)


def controls_show_in_the_readers_own_colours(page: Page) -> list[str]:
    page.emulate_media(forced_colors="active")
    try:
        return _found(page, BARE)
    finally:
        page.emulate_media(forced_colors="none")


def the_focus_is_never_hidden(page: Page) -> list[str]:
    """By the tabs that stay at the foot of the window, forwards and backwards through the page."""
    hidden = []
    for key in ("Tab", "Shift+Tab"):
        for _step in range(60):
            page.keyboard.press(key)
            at = page.evaluate(OBSCURED)
            if at is None:
                break
            if not at["seen"] and at["what"] not in hidden:
                hidden.append(at["what"])
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    return hidden


def nothing_scrolls_sideways(page: Page) -> list[str]:
    over = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [f"{over} pixels too wide"] if over > 0 else []


def nothing_is_lost_with_the_readers_own_spacing(page: Page) -> list[str]:
    page.evaluate(SPACED)
    try:
        return _found(page, CUT_OFF) + nothing_scrolls_sideways(page)
    finally:
        page.evaluate("document.adoptedStyleSheets = []")


def the_header_is_one_line(page: Page) -> list[str]:
    """With the button that says "My back is worse", in English and in a language with longer words."""
    return _found(page, HEADER)


def _found(page: Page, script: str) -> list[str]:
    found: list[str] = page.evaluate(script)
    return found


def _axe(page: Page, scheme: Literal["light", "dark"], rules: Sequence[str] = ()) -> list[str]:
    """What axe finds by these rules or all: the rule, and the first places that break it. Visitors bring axe along."""
    page.emulate_media(color_scheme=scheme)
    # The desk's links fade from one colour to the next; what counts is where they end.
    page.evaluate("document.getAnimations().forEach((each) => each.finish())")
    asked: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        asked["runOnly"] = list(rules)
    found = page.evaluate("async (asked) => (await axe.run(asked)).violations", asked)
    page.emulate_media(color_scheme="light")
    return [
        f"{fault['id']}: {[node['html'][:150] for node in fault['nodes'][:3]]}"
        f" {fault['nodes'][0]['failureSummary'][:300]}"
        for fault in found
    ]


# What is checked where ---------------------------------------------------------------------------

#: The page is loaded in the first window and then gets the others: the checks of each, in their order.
type Looks = Mapping[Size, Sequence[Check]]

ON_PATIENT_PAGES: Looks = {
    PHONE: (
        there_is_one_first_heading,
        hidden_parts_are_not_shown,
        targets_are_large_enough,
        nothing_moves,
        nothing_scrolls_sideways,
        axe_finds_nothing_in_light,
        nothing_jumps,
        axe_finds_nothing_in_dark,
        controls_show_in_the_readers_own_colours,
        the_header_is_one_line,
        the_focus_is_never_hidden,
    ),
    LAPTOP: (
        nothing_scrolls_sideways,
        the_header_is_one_line,
        axe_finds_nothing_in_light,
        axe_finds_nothing_in_dark,
    ),
    TABLET: (the_header_is_one_line,),
    NARROWEST: (
        nothing_scrolls_sideways,
        the_header_is_one_line,
        axe_finds_nothing_in_light,
        axe_finds_nothing_in_dark,
        nothing_is_lost_with_the_readers_own_spacing,
    ),
}
ON_DESK_PAGES: Looks = {
    PHONE: (
        there_is_one_first_heading,
        hidden_parts_are_not_shown,
        nothing_scrolls_sideways,
        axe_finds_nothing_in_light,
        axe_finds_nothing_in_dark,
    ),
    LAPTOP: (
        axe_finds_nothing_in_light,
        axe_finds_nothing_in_dark,
    ),
}
