"""A running service → what each of its pages weighs and how soon a reader can act, with an empty cache.

`python -m tests.browser.page_figures http://127.0.0.1:8000 "a question that its papers answer"` prints a line for each
page, on a desktop and on a phone with a slow line (1.6 Mbit/s, 150 ms) and a quarter of the processor.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from statistics import median
from typing import Any

import httpx
from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, DESKTOP, PHONE

RUNS = 5
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
WATCH = """(() => { const wanted = %r; window.blocked = 0;
    const see = () => document.querySelector(wanted) && (window.usable = performance.now());
    const watch = new MutationObserver(() => see() && watch.disconnect());
    watch.observe(document, { subtree: true, childList: true });
    const long = (list) => list.getEntries().forEach((one) => { window.blocked += one.duration - 50; });
    new PerformanceObserver(long).observe({ type: 'longtask', buffered: true }); })()"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One first visit: requests, bytes on the wire, and milliseconds until the first paint, until what a reader came
    for stands there and works, and spent in tasks longer than 50 ms."""

    requests: int
    size: float
    painted: float
    usable: float
    blocked: float


def visit(browser: Any, address: str, wanted: str, *, slow: bool) -> Visit:
    """Open `address` in a browser of its own; it is usable once `wanted`, which a script makes, is there."""
    context = browser.new_context(viewport=PHONE if slow else DESKTOP, has_touch=slow, locale="id-ID")
    context.set_default_timeout(60_000)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    wire.send("Network.enable")
    if slow:
        wire.send("Network.emulateNetworkConditions", LINE)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(WATCH % wanted)
    page.goto(address)
    page.locator(wanted).first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    usable, blocked = page.evaluate("[window.usable, window.blocked]")
    context.close()
    return Visit(len(sizes), sum(sizes), painted, usable, blocked)


def main(service: str, question: str) -> None:
    """Print the figures of every page."""
    answer = httpx.post(f"{service}/v1/answers", json={"question": question}).json()
    pages = {
        "chat": ("/", "#send .icon"),
        "paper": (answer["citations"][0]["href"], "#quote"),
        "comparison": ("/compare", "table"),
        "permalink": (f"/a/{answer['id']}", ".actions"),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, (path, wanted) in pages.items():
            for slow in (False, True):
                seen = [visit(browser, f"{service}{path}", wanted, slow=slow) for _ in range(RUNS)]
                painted, usable, blocked = (
                    median(getattr(one, what) for one in seen) for what in ("painted", "usable", "blocked")
                )
                print(
                    f"{name:11}{'slow phone' if slow else 'desktop':11}{seen[0].requests:3} requests "
                    f"{seen[0].size / 1024:5.1f} KiB   painted {painted:5.0f} ms   usable {usable:5.0f} ms "
                    f"(least {min(one.usable for one in seen):.0f})   blocked {blocked:4.0f} ms"
                )
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
