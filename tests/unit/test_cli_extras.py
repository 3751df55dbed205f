"""command line: what needs an extra that is not installed says so in one line."""

from importlib.metadata import EntryPoint
from typing import Any

import pytest

import qa.cli


@pytest.mark.parametrize(("language", "told"), [("en", "needs the extra"), ("id", "memerlukan paket tambahan")])
def test_a_command_without_its_libraries_says_what_to_install(
    language: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def installed(**wanted: Any) -> list[EntryPoint]:
        return [EntryPoint("eval", "a_library_that_nobody_has:app", wanted["group"])]

    monkeypatch.setattr(qa.cli, "entry_points", installed)
    with pytest.raises(SystemExit) as ended:
        qa.cli.main(["eval", "gate", "--lang", language])
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert told in said and "pip install 'sitasi[eval]'" in said and len(said.splitlines()) == 1
