"""Random damage to the targets of `fuzz_targets`: by atheris, guided by coverage, in its own process, or by ourselves.

`python -m tests.faults.fuzz TARGET RUNS SEED CORPUS` runs atheris until a fault or the end of RUNS."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
SLOWEST_SECONDS = 25
_TOKENS = (
    b"\x00", b"\xff\xfe", b"\r\n", b"\x0c", b"%", b"<", b">", b"&#0;", b"&amp;", b"]]>", b"--", b"{", b"}", b'"',
    b"\\u", b"\\ud800", b"1e999", b"NaN", b"null", b"[[[[[[[[", b"{{{{{{{{", b"[1]", b"[99]", "\u202e".encode(),
    "\ufdfa".encode(), "\u0301".encode() * 9, b"<w:r>", b"<w:t>", b"<p>", b"<table>", b"BT", b"ET", b"Tj", b"Td",
    b"stream", b"endobj", b"@article{",
    b"9" * 30, b"-1", b"a" * 300, b"\n" * 40, b" " * 300, b"?", b"dan di ", b"what about ", b"</think>",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A fault: what came out, and the bytes that did it."""

    target: str
    data: bytes
    told: str


def mutations(seeds: list[bytes], runs: int, seed: int) -> Iterator[bytes]:
    """The seeds, then `runs` damaged ones."""
    chance = random.Random(seed)
    pool = list(seeds)
    yield from seeds
    for _ in range(runs - len(seeds)):
        data = bytearray(chance.choice(pool))
        for _ in range(chance.choice((1, 1, 2, 4, 12))):
            _damage(data, chance, pool)
        made = bytes(data[:20_000])
        if chance.random() < 0.05 and len(pool) < 300:
            pool.append(made)
        yield made


def _damage(data: bytearray, chance: random.Random, pool: list[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    end = min(len(data), at + chance.choice((1, 2, 8, 64, 512)))
    kind = chance.randrange(6)
    if kind == 0 and data:
        data[at % len(data)] = chance.randrange(256)
    elif kind == 1:
        data[at:at] = chance.choice(_TOKENS) * chance.choice((1, 1, 1, 20))
    elif kind == 2:
        del data[at:end]
    elif kind == 3:
        data[at:at] = data[at:end] * chance.choice((1, 3))
    elif kind == 4:
        other = chance.choice(pool)
        start = chance.randrange(len(other) + 1)
        data[at:end] = other[start : start + chance.choice((1, 16, 200))]
    else:
        data[at:end] = chance.randbytes(end - at)


def by_ourselves(target: str, runs: int, seed: int) -> tuple[int, Found | None]:
    """How many inputs went by, and the first fault."""
    from tests.faults.fuzz_targets import TARGETS

    work, seeds = TARGETS[target]
    for number, data in enumerate(mutations(seeds, runs, seed)):
        try:
            work(data)
        except Exception:
            return number, Found(target, data, traceback.format_exc())
    return runs, None


def by_coverage(target: str, runs: int, seed: int, folder: Path) -> tuple[int, Found | None]:
    """The same by atheris, in a process of its own."""
    from tests.faults.fuzz_targets import TARGETS

    corpus = folder / target
    corpus.mkdir()
    for number, data in enumerate(TARGETS[target][1]):
        (corpus / f"seed-{number}").write_bytes(data)
    command = [sys.executable, "-m", "tests.faults.fuzz", target, str(runs), str(seed), str(corpus)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    told = done.stdout + done.stderr
    tried = re.findall(r"number_of_executed_units:\s*(\d+)|^#(\d+)", told, re.MULTILINE)
    count = int(next(filter(None, tried[-1]))) if tried else 0
    if done.returncode == 0:
        return max(count, runs), None
    crash = next(iter(sorted(corpus.parent.glob(f"{target}-crash-*"))), None)
    return count, Found(target, crash.read_bytes() if crash else b"", told[-4000:])


def can_see_coverage() -> bool:
    """Whether atheris is built for this machine."""
    return find_spec("atheris") is not None


def main(target: str, runs: str, seed: str, corpus: str) -> None:
    """Never returns: libFuzzer ends the process, with 0 when nothing was found."""
    import atheris

    with atheris.instrument_imports(include=["ingest", "qa"], enable_loader_override=False):
        from tests.faults.fuzz_targets import TARGETS
    prefix = f"{Path(corpus).parent}/{target}-"
    limits = [f"-timeout={SLOWEST_SECONDS}", "-rss_limit_mb=3000", "-max_len=20000", f"-artifact_prefix={prefix}"]
    atheris.Setup(
        [target, f"-runs={runs}", f"-seed={int(seed) % 2**31 or 1}", "-print_final_stats=1", *limits, corpus],
        TARGETS[target][0],
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
