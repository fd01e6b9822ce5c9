"""Help and misuse in both languages, and how little is imported for them."""

import subprocess
import sys
from pathlib import Path

import pytest
from cli_world import Cli
from typer.main import get_command

from bridge import locale
from bridge.cli.app import NOUNS, app
from bridge.cli.run import home_of, language_of_home, take_language
from bridge.errors import UserError

HEAVY = ("sqlmodel", "sqlalchemy", "pydantic", "httpx2", "rich", "babel", "structlog", "bridge.engine", "bridge.store")


def commands() -> list[tuple[str, ...]]:
    """Every command and noun, as words."""
    found: list[tuple[str, ...]] = [()]
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        found.append((name,))
        found += [(name, verb) for verb in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("words", commands())
def test_every_command_has_help_in_both_languages(cli: Cli, words: tuple[str, ...]) -> None:
    english = cli.run(*words, "--help", "--lang", "en")
    indonesian = cli.run("--lang=id", *words, "--help")
    assert (english.code, indonesian.code) == (0, 0)
    assert english.out.startswith(" ".join(("Usage: jembatan", *words)))
    assert indonesian.out.startswith(" ".join(("Pemakaian: jembatan", *words)))
    for heading in ("Options:", "Usage:", "Show this message", "[required]"):
        assert heading not in indonesian.out


def test_the_help_names_every_command_of_these_parts() -> None:
    text = " ".join(" ".join(words) for words in commands())
    for name in (
        "init", "merchant list", "merchant show", "channels", "shop connect", "shop list", "shop check", "import", "products list",
        "products show", "categories suggest", "categories map", "categories list", "plan", "apply", "sync", "orders list",
        "stock show", "stock count", "stock adjust", "stock history", "stock rule", "why", "retry", "status", "doctor", "sandbox",
        "demo",
    ):  # fmt: skip
        assert name in text
    assert len({noun.__name__ for noun in NOUNS}) == len(NOUNS)


def test_the_default_is_bahasa_indonesia(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JEMBATAN_LANG")
    assert cli.run("plan").err.startswith("Belum ada folder data")
    assert cli.run("plan", "--nonsense").err.startswith("Pilihan --nonsense tidak ada.")
    monkeypatch.setenv("JEMBATAN_LANG", "en")
    assert cli.run("plan").err.startswith("There is no home")
    assert cli.run("plan", "--lang", "id").err.startswith("Belum ada folder data")


def test_the_settings_file_may_choose_the_language(tmp_path: Path) -> None:
    environment = {"JEMBATAN_HOME": str(tmp_path)}
    assert language_of_home(environment) == "id"
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "bridge.toml").write_text('lang = "en"\n', encoding="utf-8")
    assert take_language(["plan"], environment) == (["plan"], "en")
    (tmp_path / "config" / "bridge.toml").write_text("lang = \n", encoding="utf-8")
    assert language_of_home(environment) == "id"


def test_the_home_is_the_users_data_folder_unless_told(tmp_path: Path) -> None:
    assert home_of({}).name == "jembatan"
    assert home_of({"JEMBATAN_HOME": str(tmp_path)}) == tmp_path


def test_lang_may_stand_anywhere_but_behind_two_dashes() -> None:
    assert take_language(["--lang", "en", "plan"], {})[1] == "en"
    assert take_language(["plan", "--lang=en", "--all"], {}) == (["plan", "--all"], "en")
    assert take_language(["x", "--", "--lang", "en"], {"JEMBATAN_LANG": "id"}) == (["x", "--", "--lang", "en"], "id")
    with pytest.raises(UserError):
        take_language(["plan", "--lang"], {})


def test_the_version_is_told(cli: Cli) -> None:
    assert cli.run("--version").out.startswith("jembatan ")


def test_help_imports_nothing_heavy() -> None:
    code = (
        f"import sys; from bridge.cli import main; main(['--help']); print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_takes_at_most_twice_an_empty_typer_program(tmp_path: Path) -> None:
    """Counted in modules, which is the same on every machine; the time follows them."""
    empty = tmp_path / "empty.py"
    empty.write_text(
        "import typer\napp = typer.Typer()\n@app.command()\ndef main() -> None: ...\napp()\n", encoding="utf-8"
    )
    tell = "import sys, atexit; atexit.register(lambda: sys.stderr.write(str(len(sys.modules))));"
    theirs = f"{tell} sys.argv = ['x', '--help']; import runpy; runpy.run_path({str(empty)!r}, run_name='__main__')"
    ours = f"{tell} from bridge.cli import main; main(['--help'])"
    counts = [
        int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr)
        for code in (theirs, ours)
    ]
    assert counts[1] <= 2 * counts[0], counts


def test_the_launcher_is_the_same_program() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(root / "cli.py"), "--lang", "en", "plan", "--nope"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no option --nope" in done.stderr


def test_an_unknown_word_is_named_in_both_languages(cli: Cli) -> None:
    assert "Perintah sinkron tidak ada" in cli.run("--lang", "id", "sinkron").err
    assert "stock history" not in cli.run("stock", "nope").err
    assert "There is no command nope" in cli.run("stock", "nope").err
    locale.use("en")
