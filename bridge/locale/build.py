"""For maintainers: collects every sentence of the program, brings the catalogues up to date and compiles them.

    python -m bridge.locale.build

Translations are kept; new sentences are added empty, and a test fails until they are filled in. The compiled `.mo` files are
committed, since an installation has no compiler.
"""

import ast
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bridge.locale import DOMAIN, FOLDER

PACKAGE = FOLDER.parent
SPEAKING = frozenset({"_", "N_", "say", "warn", "said", "heading"})  # calls whose first argument is a sentence
RAISING = frozenset({"UserError", "TryLater", "NeedsAuthorisation", "GuardTripped", "AlreadyRunning", "Stopped"})
TABLES = frozenset({"TEMPLATES", "BLOCKERS", "TEXTS", "words", "template", "NOTHING"})  # names of tables of sentences
CATALOGUES = ("id",)
BEGUN = datetime(2026, 11, 26, tzinfo=UTC)  # fixed: a build without changes leaves the files as they are


def collect() -> dict[str, set[str]]:
    """Every sentence with the files where it stands."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if "sandbox" in path.relative_to(PACKAGE).parts[:1] or "testing" in path.relative_to(PACKAGE).parts[:1]:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for text in sentences(tree):
            found.setdefault(text, set()).add(path.relative_to(PACKAGE.parent).as_posix())
    return found


def sentences(tree: ast.AST) -> Iterator[str]:
    """The sentences of one file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from of_call(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id in TABLES for target in targets):
                yield from texts_in(node.value)


def of_call(node: ast.Call) -> Iterator[str]:
    """The sentences that a call says: by its name and the place of the argument."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in SPEAKING or name in RAISING:
        yield from constant(node.args[:1])
    elif name == "fail":
        yield from constant(node.args[1:2])
    elif name == "Told":
        yield from constant([each.value for each in node.keywords if each.arg == "template"])
    elif name == "Problem":
        yield from constant(node.args[2:4])


def constant(nodes: list[ast.expr]) -> Iterator[str]:
    """Text that stands there itself."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
            yield node.value


def texts_in(node: ast.AST) -> Iterator[str]:
    """The sentences of a table: its values, never its keys."""
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from texts_in(value)
    elif isinstance(node, ast.Tuple):
        for each in node.elts:
            yield from texts_in(each)
    else:
        yield from constant([node] if isinstance(node, ast.expr) else [])


def placeholders(text: str) -> set[str]:
    """The names that a template fills in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def po_file(lang: str) -> Path:
    """A catalogue for translators."""
    return FOLDER / lang / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(lang: str) -> Catalog:
    """A catalogue as it stands."""
    with po_file(lang).open("rb") as file:
        return read_po(file, locale=lang, domain=DOMAIN)


def compile_catalogue(catalogue: Catalog) -> bytes:
    """The compiled form; the same catalogue gives the same bytes."""
    target = BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def update(lang: str) -> list[str]:
    """Writes the catalogue anew with all sentences in order and compiles it; gives those without a translation."""
    old = read_catalogue(lang) if po_file(lang).is_file() else Catalog(locale=lang, domain=DOMAIN)
    fresh = Catalog(
        locale=lang,
        domain=DOMAIN,
        project=DOMAIN,
        version="1",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        header_comment="# Messages of jembatan. Translate msgstr; then run: python -m bridge.locale.build",
        creation_date=BEGUN,
        revision_date=BEGUN,
        fuzzy=False,
    )
    missing = []
    for text, places in sorted(collect().items(), key=lambda item: (min(item[1]), item[0])):
        known = old.get(text)
        translation = str(known.string) if known is not None else ""
        fresh.add(text, translation, locations=[(place, 0) for place in sorted(places)])
        if not translation:
            missing.append(text)
    po_file(lang).parent.mkdir(parents=True, exist_ok=True)
    with po_file(lang).open("wb") as file:
        write_po(file, fresh, width=0, omit_header=False, include_lineno=False)
    po_file(lang).with_suffix(".mo").write_bytes(compile_catalogue(read_catalogue(lang)))
    return missing


def main() -> int:
    """Updates every catalogue; 1 when something is left to translate."""
    left = {lang: update(lang) for lang in CATALOGUES}
    for lang, texts in left.items():
        sys.stdout.write(f"{lang}: {len(texts)} sentences without a translation\n")
        sys.stdout.writelines(f"  {text}\n" for text in texts)
    return 1 if any(left.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
