"""A wheel → a fresh environment that serves from it: `python -m tests.wheel dist/….whl [--clean]` (make wheel).

The environment holds nothing of the checkout. Its libraries are those of the environment that runs this, because
fetching them takes minutes; `--clean` fetches them, pinned, as a user would (make wheel CLEAN=1, before a release).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

import httpx

from ingest.weights import prepare_model

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "What are the obstacles in Kotagede?"


def environment(folder: Path, wheel: Path, *, clean: bool) -> Path:
    """The `sitasi` of a new environment with the wheel in it."""
    venv.create(folder, with_pip=True, symlinks=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    if clean:
        subprocess.run([*pip, "--constraint", str(ROOT / "constraints.txt"), str(wheel)], check=True)
    else:
        subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
        inside = next((folder / "lib").glob("python*/site-packages"))
        # After the environment's own folder, and without what an editable installation of the checkout adds.
        (inside / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return folder / "bin" / "sitasi"


def serve(program: Path, folder: Path, models: Path) -> dict[str, object]:
    """What the service answers from its sample collection, started in an empty folder."""
    given = {"SITASI_HOME": str(folder / "home"), "SITASI_EMBEDDING__MODELS": str(models)}
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("SITASI_", "PYTHON"))}
    server = subprocess.Popen(
        [program, "serve", "--port", "0"],
        cwd=folder,
        env={**settings, **given},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = re.search(r"http://[\d.:]+", server.stdout.readline())
        assert address is not None, "the service said no address"
        page = httpx.get(address[0]).raise_for_status().text
        assert "<main" in page, "the chat page is not in the wheel"
        answer = httpx.post(f"{address[0]}/v1/answers", json={"question": QUESTION}, timeout=60).raise_for_status()
        given_back: dict[str, object] = answer.json()
        return given_back
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def main() -> None:
    """Install, serve, ask; ends with an error where something is missing."""
    parser = argparse.ArgumentParser()
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--clean", action="store_true", help="Fetch every library, pinned, instead of borrowing them.")
    given = parser.parse_args()
    home = ROOT / ".sitasi"
    prepare_model(home)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        program = environment(folder / "environment", given.wheel.resolve(), clean=given.clean)
        gate = subprocess.run(
            [program, "eval", "gate", "--help"], cwd=folder, capture_output=True, text=True, check=False
        )
        if gate.returncode:
            sys.exit(f"sitasi eval does not work from the wheel: {gate.stderr}")
        answer = serve(program, folder, home / "models")
    if answer["status"] != "answered":
        sys.exit(f"The wheel does not answer: {json.dumps(answer)[:400]}")
    print(f"{given.wheel.name} answers: {str(answer['text'])[:90]}…")


if __name__ == "__main__":
    main()
