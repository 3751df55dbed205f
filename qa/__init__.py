"""index → RetrievedPassage → Evidence → Answer | Abstention → response: everything that happens to a question."""
