"""The settings, and that the manifest says the same of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.docs_service import __version__
from plugins.docs_service.settings import Settings, SettingsError


def test_later_layers_win_and_foreign_keys_are_left_alone() -> None:
    settings = Settings.from_layers(
        {"max_files": 9, "folder": "a", "enabled": True}, {"folder": "b"}
    )
    assert (settings.max_files, settings.folder) == (9, "b")


def test_one_text_is_a_list_of_one() -> None:
    settings = Settings.from_layers({"include": "docs/*.md", "terms": {"GitHub": "Github"}})
    assert settings.include == ["docs/*.md"]
    assert settings.terms == {"GitHub": ["Github"]}


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"fail_on": "always"}, "`fail_on`.*'never', 'error' or 'warning'"),
        ({"max_files": 0}, "`max_files`.*greater than or equal to 1"),
        ({"terms": {"GitHub": [1]}}, r"`terms.GitHub.0`.*string"),
        ({"include": [""]}, r"`include.0`"),
    ],
)
def test_a_value_that_does_not_fit_is_named(config: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Settings.from_layers(config)


def test_the_manifest_has_the_same_settings_and_defaults() -> None:
    yaml = pytest.importorskip("yaml")
    manifest = yaml.safe_load((Path(__file__).parents[1] / "plugin.yaml").read_text())
    described = manifest["config_schema"]["properties"]
    assert {
        key: value["default"] for key, value in described.items()
    } == Settings.from_layers().model_dump()
    fields = Settings.model_fields.items()
    assert {k: v["description"] for k, v in described.items()} == {
        k: f.description for k, f in fields
    }


def test_the_manifest_agrees_with_the_requirements_and_the_code() -> None:
    yaml = pytest.importorskip("yaml")
    folder = Path(__file__).parents[1]
    manifest = yaml.safe_load((folder / "plugin.yaml").read_text())
    packages = manifest["requires"]["packages"]
    assert (folder / "requirements.txt").read_text().splitlines() == packages
    assert manifest["version"] == __version__
