"""raw file → Document → Section → Passage → index: everything that happens before a question is asked."""
