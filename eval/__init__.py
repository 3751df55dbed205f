"""Judges the answers of `qa` from outside: question sets, measures, reports and the gate."""
