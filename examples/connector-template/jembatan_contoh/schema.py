"""What Contoh asks for: the tree, and the questions and limits of a leaf. Nothing is kept: the engine remembers what it read."""

import hashlib
from collections.abc import Iterator

from bridge.model import Attribute, Category, CategorySchema
from jembatan_contoh.client import ContohClient, at
from jembatan_contoh.types import CategoryAnswer, CategoryRow, Page, Question


def categories(client: ContohClient) -> Iterator[Category]:
    """Contoh gives parents first."""
    for row in client.get("/categories", Page[CategoryRow], kind="schema").rows:
        yield Category(row.id, row.name, row.parent, row.leaf)


def ask(client: ContohClient, category_id: str) -> CategorySchema:
    """Raises Rejected for a category that takes no products."""
    answer = client.get(at("/categories", category_id), CategoryAnswer, kind="schema")
    version = hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:16]
    return CategorySchema(tuple(map(attribute, answer.questions)), answer.limits, version)


def attribute(question: Question) -> Attribute:
    """A question with options is a choice, one without is free text."""
    options = tuple((option, option) for option in question.options)
    return Attribute(question.id, question.name, question.must, "choice" if options else "text", options)
