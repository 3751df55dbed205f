"""compose.yaml: every variable is a setting, every image is pinned, and only the service can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from ingest.settings import ChromaSettings, RecordSettings
from qa.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
INNER = ("record", "vectors", "ollama")


def known_variables(model: type[BaseModel] = Settings, prefix: str = "SITASI_") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from known_variables(inner, f"{prefix}{name.upper()}__")
        else:
            yield prefix + name.upper()


def variables(service: dict[str, Any]) -> dict[str, Any]:
    given = service.get("environment", {})
    return given if isinstance(given, dict) else {one.partition("=")[0]: one.partition("=")[2] for one in given}


@pytest.mark.parametrize("name", SERVICES)
def test_every_variable_is_a_setting(name: str) -> None:
    named = {one for one in variables(SERVICES[name]) if one.startswith("SITASI_")}
    assert named <= set(known_variables())


def test_the_image_sets_nothing_but_settings() -> None:
    named = set(re.findall(r"\b(SITASI_\w+)=", (ROOT / "Dockerfile").read_text()))
    assert named
    assert named <= set(known_variables())


def test_the_servers_share_a_record_and_an_index_that_are_among_the_services() -> None:
    given = variables(SERVICES["api"])
    record = RecordSettings(url=given["SITASI_RECORD__URL"]).url or ""
    chroma = ChromaSettings(url=given["SITASI_CHROMA__URL"]).url or ""
    assert record.startswith("postgresql+psycopg://")
    assert re.findall(r"@(\w+)/", record)[0] in SERVICES
    ((host, port),) = re.findall(r"^http://(\w+):(\d+)$", chroma)
    assert host in SERVICES
    assert SERVICES[host]["command"][-1] == port
    assert set(SERVICES["api"]["depends_on"]) == {"record", "vectors"}
    assert SERVICES["api"]["deploy"]["replicas"] > 1


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_built_here_or_pinned_to_a_version(name: str) -> None:
    service = SERVICES[name]
    assert "build" in service or re.search(r":\d+\.\d+(\.\d+)?(@sha256:[0-9a-f]{64})?$", service["image"])


def test_the_chroma_server_is_of_the_version_that_the_client_is_pinned_to() -> None:
    assert SERVICES["vectors"]["image"] == SERVICES["api"]["image"]
    assert re.search(r"^chromadb==", (ROOT / "constraints.txt").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", SERVICES)
def test_only_the_service_can_be_reached_and_only_from_this_machine(name: str) -> None:
    ports = SERVICES[name].get("ports", [])
    assert bool(ports) == (name not in INNER)
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_record_and_vectors_stand_in_a_network_without_a_way_out() -> None:
    assert COMPOSE["networks"]["behind"] == {"internal": True}
    assert all(SERVICES[name]["networks"] == ["behind"] for name in ("record", "vectors"))


@pytest.mark.parametrize("name", SERVICES)
def test_services_write_to_their_volumes_only_and_gain_no_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    own = [volume.partition(":")[0] for volume in service["volumes"] if not volume.endswith(":ro")]
    assert len(own) == 1
    assert own[0] in COMPOSE["volumes"]


@pytest.mark.parametrize("name", INNER)
def test_what_comes_without_a_health_check_of_its_image_has_one_here(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_the_password_stands_in_a_file_that_is_not_in_the_repository() -> None:
    text = (ROOT / "compose.yaml").read_text()
    assert "password" not in re.sub(r"#.*", "", text).lower()
    assert all(SERVICES[name]["env_file"] == ["postgres.env"] for name in ("api", "record"))
    assert "postgres.env" in (ROOT / ".gitignore").read_text().split()
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / "postgres.env.example").read_text(), re.MULTILINE))
    assert example == {"POSTGRES_PASSWORD": "", "PGPASSWORD": ""}


def test_without_a_profile_the_service_stands_alone() -> None:
    assert [name for name, service in SERVICES.items() if "profiles" not in service] == ["sitasi"]
