"""The registry names what is installed, what is broken and what is unknown."""

import sys
from importlib.metadata import EntryPoint
from types import ModuleType, SimpleNamespace

import pytest

from bridge.connectors import memory, registry
from bridge.errors import UserError


def points(monkeypatch: pytest.MonkeyPatch, *entries: tuple[str, str]) -> None:
    found = [EntryPoint(name, value, registry.GROUP) for name, value in entries]
    monkeypatch.setattr(registry, "entry_points", lambda group: [each for each in found if each.group == group])
    monkeypatch.setattr(
        registry, "_points", registry._points.__wrapped__
    )  # what was read before is another installation


def module(monkeypatch: pytest.MonkeyPatch, name: str, **values: object) -> None:
    made = ModuleType(name)
    made.__dict__.update(values)
    monkeypatch.setitem(sys.modules, name, made)


GOOD = ("memory", "bridge.connectors.memory:plugin")


def test_memory_is_found_by_its_entry_point() -> None:
    assert registry.plugin("memory") is memory.plugin
    assert "memory" in registry.channel_names()


def test_unknown_name_is_a_user_error_that_names_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    points(monkeypatch, GOOD, ("shopee", "bridge.connectors.shopee:plugin"))
    with pytest.raises(UserError, match=r"There is no channel shoppee\. Known channels: memory, shopee") as caught:
        registry.plugin("shoppee")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("nowhere.at.all:plugin", "ModuleNotFoundError"),
        ("broken_one:missing", "AttributeError"),
        ("broken_one:nothing", "it is not a plugin"),
        ("broken_one:nameless", "it is not a plugin"),
        ("broken_one:other", "it calls itself other"),
    ],
)
def test_broken_plugin_is_named_and_harms_nobody(monkeypatch: pytest.MonkeyPatch, value: str, reason: str) -> None:
    other = SimpleNamespace(name="other", open=lambda *_: None)
    module(monkeypatch, "broken_one", nothing=3, nameless=SimpleNamespace(open=lambda *_: None), other=other)
    points(monkeypatch, ("broken", value), GOOD)
    (broken,) = registry.broken()
    assert (broken.name, broken.source) == ("broken", value)
    assert reason in broken.reason
    assert list(registry.plugins()) == ["memory"]
    assert registry.channel_names() == ["broken", "memory"]
    assert registry.plugin("memory") is memory.plugin
    with pytest.raises(UserError, match=r"connector broken .* cannot be used: .*Reinstall or remove it"):
        registry.plugin("broken")


def test_plugin_that_raises_anything_at_import_is_only_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    (tmp_path / "explodes_at_import.py").write_text("raise RuntimeError('boom')\n")  # type: ignore[operator]
    monkeypatch.syspath_prepend(str(tmp_path))
    points(monkeypatch, ("bad", "explodes_at_import:plugin"), GOOD)
    assert registry.broken()[0].reason == "RuntimeError: boom"
    assert list(registry.plugins()) == ["memory"]


@pytest.mark.parametrize("turned", [False, True])
def test_nobody_replaces_our_channel_by_being_installed(monkeypatch: pytest.MonkeyPatch, turned: bool) -> None:
    module(monkeypatch, "impostor", plugin=SimpleNamespace(name="memory", open=lambda *_: None))
    entries = [("memory", "impostor:plugin"), GOOD]
    points(monkeypatch, *(entries[::-1] if turned else entries))
    assert registry.plugin("memory") is memory.plugin


def test_names_do_not_load_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    points(monkeypatch, ("later", "nowhere.at.all:plugin"))
    assert registry.channel_names() == ["later"]
