"""What a `plugin.yaml` says of its plugin, for tests: PyYAML reads it, if it is installed."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from orchestrator_sdk.hooks import HOOKS


def read(folder: Path) -> dict[str, Any]:
    """The manifest; empty (with a warning) if it can't be read without PyYAML."""
    file = folder / "plugin.yaml"
    if not file.is_file():
        return {}
    try:
        import yaml
    except ImportError:
        message = "what plugin.yaml declares is left out: PyYAML is not installed"
        warnings.warn(message, stacklevel=2)
        return {}
    manifest = yaml.safe_load(file.read_text(encoding="utf-8"))
    return manifest if isinstance(manifest, dict) else {}


def declared(manifest: dict[str, Any]) -> dict[str, Any]:
    """What a manifest says of its plugin's code, as the protocol's `Declared`."""
    provides = manifest.get("provides") or {}
    found: dict[str, Any] = {
        "agents": [entry for entry in provides.get("agents") or () if "class" in entry],
        "workflows": [entry for entry in provides.get("workflows") or () if "class" in entry],
        "routers": [
            entry["router"] for entry in provides.get("api_endpoints") or () if "router" in entry
        ],
        "hooks": [
            {"hook": entry["name"], "handler": entry["handler"]}
            for entry in provides.get("hooks") or ()
            if "handler" in entry and entry["name"] in HOOKS
        ],
    }
    if "class" in manifest:
        found["class"] = manifest["class"]
    return found


def defaults(manifest: dict[str, Any]) -> dict[str, Any]:
    """The config of a plugin that nobody configured."""
    properties = (manifest.get("config_schema") or {}).get("properties") or {}
    own = {
        name: schema["default"]
        for name, schema in properties.items()
        if isinstance(schema, dict) and "default" in schema
    }
    return {"enabled": True, "log_level": "INFO", "timeout": 30, **own}
