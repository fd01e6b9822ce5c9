"""MkDocs: a folder in `nav` stands for all its pages, so that a new page needs no change of mkdocs.yml."""

from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent


def on_config(config: Any) -> Any:
    """Puts the pages of a folder (written with a slash at its end) in its place."""
    config["nav"] = [spread(entry) for entry in config["nav"]]
    return config


def spread(entry: Any) -> Any:
    """{"Decisions": "decisions/"} → {"Decisions": ["decisions/0001-….md", …]}"""
    if not isinstance(entry, dict):
        return entry
    return {title: pages(value) for title, value in entry.items()}


def pages(value: Any) -> Any:
    """The pages of a folder, in order of their names; anything else as it is."""
    if not isinstance(value, str) or not value.endswith("/"):
        return value
    return [f"{value}{page.name}" for page in sorted((DOCS / value).glob("*.md"))]
