"""Every pinned library stands in THIRD_PARTY.md, under the licence that it states, and that licence is permissive."""

from __future__ import annotations

import re

from tests.docs.third_party import libraries, listed, pinned

PERMISSIVE = frozenset(
    """0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BSL-1.0 CC0-1.0 CNRI-Python HPND ISC MIT MIT-0 MIT-CMU PSF-2.0
    Unlicense Zlib ZPL-2.1""".split()
)
# Copyleft that ends at the library itself, which is used unchanged; THIRD_PARTY.md says so.
USED_UNCHANGED = frozenset({"MPL-2.0", "LGPL-3.0-only"})


def allowed(expression: str) -> bool:
    """Whether an SPDX expression leaves at least one choice that may be used."""
    parts = re.split(r" AND (?![^(]*\))", expression)
    return all(
        any(one.strip("() ").partition(" WITH ")[0] in PERMISSIVE | USED_UNCHANGED for one in part.split(" OR "))
        for part in parts
    )


def test_every_pinned_library_is_listed() -> None:
    assert sorted(set(pinned()) ^ {one.name for one in listed()}) == [], "run: make licences"


def test_every_licence_is_permissive() -> None:
    assert [one for one in listed() if not allowed(one.licence)] == []


def test_what_is_listed_is_what_the_installed_libraries_state() -> None:
    stated = {one.name: one.licence for one in libraries() if one.licence}
    assert {one.name: one.licence for one in listed() if one.name in stated} == stated


def test_a_licence_that_is_not_permissive_is_noticed() -> None:
    assert not allowed("GPL-3.0-only")
    assert not allowed("MIT AND AGPL-3.0-only")
    assert allowed("MPL-2.0 AND (Apache-2.0 OR MIT)")
