"""raw file → Document: papers printed in the layouts of journals and theses come back in order, page for page."""

from __future__ import annotations

import pytest

from tests.layouts.measure import FIELDS, Figures
from tests.layouts.suite import LAYOUTS, SuiteLayout, papers, read_back


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_paper_is_read_back_from_every_layout(layout: SuiteLayout) -> None:
    """Two papers of each layout, one in each language; `python -m tests.layouts` reads all of them."""
    at = LAYOUTS.index(layout) % (len(papers()) // 2)
    figures = Figures()
    for paper in papers()[2 * at : 2 * at + 2]:
        figures.add(read_back(paper, layout))
    assert figures.order >= 0.995, figures.remarks
    assert figures.pages == 1.0, figures.remarks
    assert figures.heading_f1 >= 0.97, figures.remarks
    assert figures.references == 1.0, figures.remarks
    assert figures.fields == dict.fromkeys(FIELDS, figures.papers), figures.remarks
