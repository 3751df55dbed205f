"""Prompt texts as files, one per language; nothing else lives here."""
