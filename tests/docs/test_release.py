"""What a release is made of agrees with itself: one version everywhere, an image that gets all it is built from."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
TRAVELS = [line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"]


def test_the_version_is_the_same_everywhere() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert newest is not None
    images = {one["image"] for one in COMPOSE["services"].values() if one.get("image", "").startswith("sitasi:")}
    assert (newest[1], images) == (PROJECT["version"], {f"sitasi:{PROJECT['version']}"})


def test_the_licence_is_stated_and_enclosed() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    assert all((ROOT / name).is_file() for name in PROJECT["license-files"])
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_everything_that_the_image_is_built_from_travels_to_the_builder() -> None:
    copied = [words.split() for words in re.findall(r"^COPY (?!--from)(.+)$", IMAGE, re.M)]
    sources = {name for *names, _ in copied for name in names}
    needed = {"pyproject.toml", "constraints.txt", PROJECT["readme"], *PROJECT["license-files"]}
    assert needed | {"ingest", "qa", "prompts", "eval"} <= sources
    assert sorted(name for name in sources if not (ROOT / name).exists()) == []
    assert sorted(name for name in sources if not any(fnmatch(name, one) for one in TRAVELS)) == []


def test_the_image_runs_as_an_ordinary_user_and_says_when_it_is_ready() -> None:
    assert re.findall(r"^USER (\S+)", IMAGE, re.M)[-1].isdigit(), "a name cannot be checked to be no root"
    assert int(re.findall(r"^USER (\S+)", IMAGE, re.M)[-1]) > 0
    assert "/readyz" in IMAGE.partition("HEALTHCHECK")[2]
    service = COMPOSE["services"]["sitasi"]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    assert all(str(port).startswith("127.0.0.1:") for port in service["ports"])
