"""`python -m eval …`: the commands of `sitasi eval`."""

from eval.cli import app

app(prog_name="python -m eval")
