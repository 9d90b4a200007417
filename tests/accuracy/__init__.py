"""Labelled cases of our own writing, their acceptance and their floors; see CONTRIBUTING, "A labelled case"."""

from pathlib import Path

FOLDER = Path(__file__).parent
