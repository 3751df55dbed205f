"""What a reader on a slow line pays: bytes before the page can be used (modules come at once: `test_web_files`)."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open

BUDGET_BYTES = 64 * 1024


@pytest.mark.parametrize("path", ["/", "/papers/magetan-batik-id", "/compare"])
def test_a_first_visit_is_light(open_page: Open, path: str) -> None:
    page = open_page(path, allow=("404",))
    page.wait_for_load_state("load")
    sizes = page.evaluate("""() => ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind))
        .filter((one) => !one.name.includes('/v1/')).map((one) => [one.name, one.transferSize])""")
    assert all(size > 0 for _, size in sizes)
    assert sum(size for _, size in sizes) <= BUDGET_BYTES, sizes
