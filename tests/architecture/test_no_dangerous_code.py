"""Nothing of ours runs data as code or builds statements from text; no library is older than its last grave fault."""

from __future__ import annotations

import ast
import io
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version
from safetensors.numpy import load_file

from ingest import built_in, weights
from ingest.embedding import SentenceTransformersEmbedder
from ingest.errors import ModelNotReady
from ingest.settings import EmbeddingSettings
from ingest.weights import prepare_model
from tests.tiny_model import tiny_model

ROOT = Path(__file__).parents[2]
PACKAGES = ("ingest", "qa", "prompts", "eval")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
WEB = sorted(path for path in (ROOT / "qa" / "web").rglob("*") if path.suffix in (".js", ".html"))

UNPICKLING = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "pandas"}
RUNNING = {"eval", "exec", "compile", "__import__"}
STATEMENTS = {"text", "execute", "exec_driver_sql", "executemany", "executescript"}
MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc|setHTMLUnsafe"
    r"|\beval\(|new Function|javascript:|setTimeout\(\s*[\"'`]"
)
# Where a grave fault was mended, or what was looked at last. Those that are not installed are no danger.
LEAST = {
    "fastapi": "0.165",
    "starlette": "1.10",
    "uvicorn": "0.54",
    "python-multipart": "0.0.34",
    "lxml": "6.1.3",
    "nltk": "3.10.3",
    "transformers": "5.3",
    "sentence-transformers": "6.0",
    "chromadb": "1.5.9",
    "pypdfium2": "5.15",
    "llama-index-core": "0.14.25",
    "llama-index-llms-openai-like": "0.8",
    "httpx": "0.28",
}


def dangers(source: str) -> Iterator[str]:
    """What must not stand in Python code, by line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = {alias.name.partition(".")[0] for alias in node.names}
            if names & UNPICKLING:
                yield f"{node.lineno}: imports {names & UNPICKLING}"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in UNPICKLING:
            yield f"{node.lineno}: imports from {node.module}"
        elif isinstance(node, ast.keyword) and node.arg in ("trust_remote_code", "allow_pickle"):
            yield f"{node.value.lineno}: sets {node.arg}"
        elif isinstance(node, ast.keyword) and node.arg == "shell" and not _is_false(node.value):
            yield f"{node.value.lineno}: goes through a shell"
        elif isinstance(node, ast.Call):
            yield from _in_call(node)


def _in_call(node: ast.Call) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    if isinstance(node.func, ast.Name) and name in RUNNING:
        yield f"{node.lineno}: calls {name}"
    if (owner, name) in (("yaml", "load"), ("torch", "load"), ("os", "system"), ("os", "popen")):
        yield f"{node.lineno}: calls {owner}.{name}"
    if name in STATEMENTS and node.args and _put_together(node.args[0]):
        yield f"{node.lineno}: builds a statement from text"


def _is_false(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is False


def _put_together(statement: ast.expr) -> bool:
    if isinstance(statement, ast.JoinedStr):
        return True
    if isinstance(statement, ast.BinOp) and isinstance(statement.op, ast.Add | ast.Mod):
        return any(isinstance(part, ast.Constant | ast.JoinedStr) for part in (statement.left, statement.right))
    return isinstance(statement, ast.Call) and getattr(statement.func, "attr", "") in ("format", "join")


@pytest.mark.row("R24")
def test_no_python_file_runs_data_or_builds_statements_from_text() -> None:
    found = {str(path.relative_to(ROOT)): list(dangers(path.read_text())) for path in SOURCES}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.row("R24")
def test_no_web_file_turns_text_into_markup_or_code() -> None:
    found = {path.name: MARKUP.findall(re.sub(r"//.*", "", path.read_text())) for path in WEB}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.control("R24")
@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from joblib import load",
        "eval(text)",
        "exec(open(path).read())",
        "SentenceTransformer(name, trust_remote_code=True)",
        "np.load(path, allow_pickle=True)",
        "torch.load(path)",
        "yaml.load(text)",
        "subprocess.run(command, shell=True)",
        "os.system(command)",
        'connection.execute(f"DELETE FROM documents WHERE id = {one}")',
        'connection.execute(text("SELECT " + column))',
        'cursor.execute("SELECT %s" % column)',
        'connection.exec_driver_sql("SELECT {}".format(column))',
    ],
)
def test_each_of_them_is_noticed(code: str) -> None:
    assert list(dangers(code))


@pytest.mark.control("R24")
@pytest.mark.parametrize(
    "code", ["node.innerHTML = text", "eval(text)", "new Function(text)", "location = 'javascript:x'"]
)
def test_markup_from_text_is_noticed(code: str) -> None:
    assert MARKUP.search(code)


@pytest.mark.row("R24")
def test_bandit_finds_nothing() -> None:
    """With the exceptions that pyproject.toml gives reasons for."""
    command = [sys.executable, "-m", "bandit", "-q", "-c", "pyproject.toml", "-f", "txt", "-r", *PACKAGES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.control("R24")
def test_bandit_is_looking(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("import hashlib\nhashlib.md5(b'x')\n")
    command = [sys.executable, "-m", "bandit", "-q", "-c", str(ROOT / "pyproject.toml"), "-r", str(tmp_path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.row("R24")
def test_no_library_is_older_than_its_last_grave_fault() -> None:
    old = {}
    for name, least in LEAST.items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            continue
        if Version(installed) < Version(least):
            old[name] = installed
    assert old == {}


@pytest.mark.row("R24")
def test_no_pinned_library_is_older_either() -> None:
    pins = dict(re.findall(r"^([\w.-]+)==([\w.]+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    assert {
        name: pins.get(name, "not pinned") for name, least in LEAST.items() if Version(pins[name]) < Version(least)
    } == {}


@pytest.fixture
def other_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A model folder as any operator may name one, of a few kilobytes."""
    pytest.importorskip("sentence_transformers", reason="the extra `models` is not installed")
    monkeypatch.setattr(weights, "read_packed_weights", tiny_model)
    monkeypatch.setattr(built_in, "ADAPTER", tmp_path / "adapter.safetensors")
    folder = prepare_model(tmp_path / "home")
    assert load_file(folder / "model.safetensors")
    return folder


class Touch:
    """Unpickled, it makes a file: what a poisoned weights file does."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.touch, (self.path,))


@pytest.mark.row("R24")
def test_weights_that_are_a_pickle_are_refused_unopened(other_model: Path, tmp_path: Path) -> None:
    (other_model / "model.safetensors").unlink()
    (other_model / "pytorch_model.bin").write_bytes(pickle.dumps(Touch(tmp_path / "ran")))
    with pytest.raises(ModelNotReady):
        SentenceTransformersEmbedder.load(str(other_model), EmbeddingSettings())
    assert not (tmp_path / "ran").exists()


@pytest.mark.row("R24")
def test_code_beside_a_model_is_not_run(other_model: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    (other_model / "own.py").write_text(f"from pathlib import Path\nPath({str(ran)!r}).touch()\nclass Own: pass\n")
    modules = (other_model / "modules.json").read_text()
    (other_model / "modules.json").write_text(modules.replace("sentence_transformers.models.Transformer", "own.Own"))
    with pytest.raises((ModelNotReady, ImportError)):
        SentenceTransformersEmbedder.load(str(other_model), EmbeddingSettings())
    assert not ran.exists()


@pytest.mark.control("R24")
def test_the_pickle_does_run_where_one_is_opened(tmp_path: Path) -> None:
    pickle.load(io.BytesIO(pickle.dumps(Touch(tmp_path / "ran"))))
    assert (tmp_path / "ran").exists()
