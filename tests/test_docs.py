"""Pages and program agree: commands, options, settings, codes, links, and the pages and rules of every connector."""

import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bridge.connectors import base
from bridge.connectors.base import Connector
from bridge.settings import Settings
from bridge.testing import ConnectorContract

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
READMES = (ROOT / "README.md", ROOT / "README.id.md")
GUIDE = DOCS / "write-a-connector.md"
TEMPLATE = ROOT / "examples" / "connector-template"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), TEMPLATE / "README.md"])
HEADINGS = ["What works", "What does not", "Limits", "Credentials", "Error codes", "Last verified on"]
NO_PAGE = {"memory"}  # a marketplace inside the process, for tests
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.fixture(scope="module")
def tables() -> Iterator[ModuleType]:
    """docs/tables.py, which writes the tables."""
    spec = importlib.util.spec_from_file_location("docs_tables", DOCS / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def prose_of(page: Path) -> str:
    """A page without its code blocks."""
    return FENCED.sub("", text_of(page))


def titles(page: Path, level: int) -> list[str]:
    return re.findall(rf"^{'#' * level} (.+)$", prose_of(page), re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as MkDocs and code hosts make them."""
    heads = re.findall(r"^#+ (.+)$", prose_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def channels() -> list[str]:
    points = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["entry-points"]["bridge.connectors"]
    return sorted(set(points) - NO_PAGE)


# --- commands and codes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["commands", "codes", *(f"channels/{name}" for name in channels())])
def test_generated_tables_are_up_to_date(tables: ModuleType, name: str) -> None:
    page = DOCS / f"{name}.md"
    assert text_of(page) == tables.filled(page), "run: python docs/tables.py"


def test_every_command_and_option_is_documented_and_no_other(tables: ModuleType) -> None:
    page = text_of(tables.COMMANDS)
    sections = dict(re.findall(r"^## (jembatan .+?)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    real = {
        path: {option for param in command.params for option in param.opts if option.startswith("--")} - {"--help"}
        for path, command in tables.leaves()
    }
    shown = {path: set(re.findall(r"^\| `(--[\w-]+)", body, re.MULTILINE)) for path, body in sections.items()}
    assert shown == real


def test_every_code_of_the_program_has_a_row_in_both_languages(tables: ModuleType) -> None:
    rows = dict(re.findall(r"^\| `([A-Z]_\w+)` \| (.+) \|$", text_of(tables.CODES), re.MULTILINE))
    known = tables.all_codes()
    assert set(rows) == set(known)
    for code, row in rows.items():
        english, indonesian = row.split(" | ")
        assert english.strip()
        assert indonesian.strip()
        assert english != indonesian, f"{code} is not translated"


def test_every_code_that_is_written_anywhere_is_known(tables: ModuleType) -> None:
    written = {
        code
        for file in (ROOT / "bridge").rglob("*.py")
        if "sandbox" not in file.parts
        for code in re.findall(r'"([EWIMPO]_[A-Z_]*[A-Z])"', text_of(file))
    }
    assert written <= set(tables.all_codes())


def test_no_page_names_a_command_that_does_not_exist(tables: ModuleType) -> None:
    known = {path for path, _ in tables.leaves()} | set(tables.groups())
    verbs = {path.split()[1] for path in known}
    mine = [page for page in PAGES if page.parent.name not in ("channels", "decisions")]
    wrong = []
    for page in mine:
        for words in re.findall(r"(?:^\$ |`)jembatan ([a-z]+(?: [a-z]+)?)", text_of(page), re.MULTILINE):
            first, _, second = words.partition(" ")
            noun = f"jembatan {first}" in set(tables.groups())
            if first not in verbs or (noun and second and f"jembatan {words}" not in known):
                wrong.append(f"{page.relative_to(ROOT)}: jembatan {words}")
    assert not wrong


def test_options_in_the_pages_exist(tables: ModuleType) -> None:
    known = {option for _, command in tables.leaves() for param in command.params for option in param.opts}
    known |= {"--lang", "--help", "--version"}
    wrong = []
    for page in (*READMES, *(DOCS / name for name in ("operators.md", "id/mulai.md", "id/harian.md"))):
        for line in re.findall(r"jembatan [^`\n]*", text_of(page)):
            wrong += [f"{page.name}: {option}" for option in re.findall(r" (--[a-z-]+)", line) if option not in known]
    assert not wrong


# --- settings ---------------------------------------------------------------------------------------------------------


def test_every_setting_is_on_its_page_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", text_of(DOCS / "settings.md"), re.MULTILINE)
    shown = {name: default for name, default, _, _ in rows}
    assert set(shown) == set(Settings.model_fields)
    for name, default in shown.items():
        if default.startswith("`"):
            real = Settings.model_fields[name].default
            assert default.strip("`") == (str(real).lower() if isinstance(real, bool) else str(real)), name


def test_every_setting_is_in_the_example_with_its_default() -> None:
    text = text_of(ROOT / "config" / "bridge.example.toml")
    example = tomllib.loads(re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE))
    assert set(example) == set(Settings.model_fields) - {"home"}  # the file lies in the home
    for name, value in example.items():
        default = Settings.model_fields[name].default
        assert default is None or value == default, name


# --- READMEs and links ------------------------------------------------------------------------------------------------


def test_both_readmes_have_the_same_sections_and_are_short() -> None:
    english, indonesian = READMES
    assert len(titles(english, 2)) == len(titles(indonesian, 2)) > 5
    for page in READMES:
        assert len(text_of(page).splitlines()) <= 150
        assert "make demo" in text_of(page)
        assert "make test" in text_of(page)
    blocks = [len(re.findall(r"^ *```\w", text_of(page), re.MULTILINE)) for page in READMES]
    assert blocks[0] == blocks[1]


def test_make_targets_in_the_pages_exist() -> None:
    targets = set(re.findall(r"^(\w+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    for page in (*READMES, ROOT / "CONTRIBUTING.md"):
        assert set(re.findall(r"`make (\w+)`", text_of(page))) <= targets, page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(prose_of(page)):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), link


def test_every_page_has_one_title() -> None:
    for page in PAGES:
        assert len(titles(page, 1)) == 1, page.name


# --- writing a connector ----------------------------------------------------------------------------------------------

SPOKEN_OF = re.compile(r"`((?:[\w-]+/)*[\w-]+\.(?:py|toml|md))`|`((?:[\w-]+/)+)`")
THE_READERS = {"quality.toml", "JEMBATAN_HOME/config/"}


@pytest.mark.parametrize("page", [GUIDE, TEMPLATE / "README.md"], ids=["guide", "README"])
def test_every_file_that_the_guide_names_is_there(page: Path) -> None:
    """As a path from the root, from the template, or within its package."""
    names = {file or folder for file, folder in SPOKEN_OF.findall(prose_of(page))} - THE_READERS
    package = TEMPLATE / "jembatan_contoh"
    roots = (ROOT, TEMPLATE, package, package / "config", ROOT / "bridge" / "connectors")
    assert len(names) > 10
    assert [name for name in sorted(names) if not any((root / name).exists() for root in roots)] == []


def test_code_in_the_guide_stands_in_the_file_that_it_names() -> None:
    quoted = re.findall(r"^```(?:python|toml)\n# (\S+)\n(.*?)^```", text_of(GUIDE), re.MULTILINE | re.DOTALL)
    assert len(quoted) == len(re.findall(r"^```(?:python|toml)$", text_of(GUIDE), re.MULTILINE)) > 4
    for name, code in quoted:
        assert code in text_of(ROOT / name), f"{name} has no such lines"


def test_the_guide_tells_all_seven_methods_and_every_ability() -> None:
    abilities = {"ConsentSource", "WebhookSource", "SavedSource", "ErrorSource"}
    abilities |= {"SchemaSource", "PictureSink", "LabelSource"}
    methods = {name for name in vars(Connector) if not name.startswith("_")}
    rows = set(re.findall(r"^\| `(\w+)\(", text_of(GUIDE), re.MULTILINE))
    assert rows == methods
    assert {name for name in abilities if f"`{name}`" not in text_of(GUIDE)} == set()
    assert all(hasattr(base, name) for name in abilities)


@pytest.mark.parametrize("words", re.findall(r'`pytest -k (\w+|"[^"]+")`', GUIDE.read_text("utf-8")))
def test_each_selection_of_tests_in_the_guide_finds_some(words: str) -> None:
    wanted = words.strip('"').split(" or ")
    names = [name for name in dir(ConnectorContract) if name.startswith("test_")]
    names += re.findall(r"^def (test_\w+)", text_of(TEMPLATE / "tests" / "test_contoh_words.py"), re.MULTILINE)
    assert [word for word in wanted if not any(word in name for name in names)] == []


# --- connectors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", channels())
def test_a_connector_has_its_page_with_the_common_headings(channel: str) -> None:
    assert titles(DOCS / "channels" / f"{channel}.md", 2) == HEADINGS


@pytest.mark.parametrize("channel", channels())
def test_a_connector_keeps_every_rule_or_says_why_not(channel: str) -> None:
    rules = rules_of(channel)
    for name, kept in rules.items():
        assert kept == "done" or re.fullmatch(r"exempt: \S.{9,}", kept), f"{channel}: {name} = {kept!r}"


def test_all_connectors_answer_the_same_rules() -> None:
    common = set.intersection(*(set(rules_of(channel)) for channel in channels()))
    assert {"contract", "error_table", "redaction", "lost_answers", "docs"} <= common


def rules_of(channel: str) -> dict[str, str]:
    rules: dict[str, str] = tomllib.loads(text_of(ROOT / "bridge" / "connectors" / channel / "quality.toml"))["rules"]
    return rules
