"""questions → replies → measures → gate and report: judges the answers of `qa` from outside."""
