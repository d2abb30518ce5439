"""The plugin's settings: its config, and over it what one run or request asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError


class SettingsError(ValueError):
    """A setting does not fit; names it and says what would."""


def _listed(value: object) -> object:
    """One text stands for a list of one, as it is easier to type."""
    return [value] if isinstance(value, str) else value


Texts = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200)]],
    BeforeValidator(_listed),
    Field(max_length=500),
]
FailOn = Literal["never", "error", "warning"]

DEFAULT_TERMS: dict[str, list[str]] = {
    "FastAPI": ["FastApi", "Fastapi"],
    "GitHub": ["Github"],
    "GitLab": ["Gitlab"],
    "JavaScript": ["Javascript", "Java Script"],
    "macOS": ["MacOS", "Mac OS X", "OSX"],
    "Markdown": ["MarkDown"],
    "MySQL": ["MySql", "Mysql"],
    "Node.js": ["NodeJS", "Nodejs"],
    "OAuth": ["Oauth"],
    "OpenAPI": ["OpenApi"],
    "PostgreSQL": ["PostgreSql", "Postgresql", "PostgresQL"],
    "PyPI": ["PyPi", "Pypi"],
    "pytest": ["PyTest", "Pytest"],
    "SQLite": ["SQlite", "Sqlite"],
    "TypeScript": ["Typescript"],
    "WebAssembly": ["Web Assembly"],
}


class Settings(BaseModel):
    """What is looked at, and how. The same keys and defaults as the manifest's `config_schema`."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    folder: str = Field(
        "",
        description="The folder, relative to the project; empty means the project's own",
        json_schema_extra={"format": "path"},
    )
    include: Texts = Field(["*.md", "*.markdown"], description="Globs of the files that are read")
    exclude: Texts = Field(
        ["target", "node_modules", "vendor", "third_party", "venv", "__pycache__"],
        description="Globs of files and folders that are passed over; hidden ones always are",
    )
    terms: dict[str, Texts] = Field(
        DEFAULT_TERMS, description="The preferred form of each term, and its wrong forms"
    )
    fail_on: FailOn = Field(
        "never", description="Findings that make a run fail, by the least severity"
    )
    max_files: int = Field(5000, ge=1, le=100_000, description="The walk ends after so many files")
    max_file_bytes: int = Field(
        1024 * 1024, ge=1, le=64 * 1024 * 1024, description="A file of more bytes is not read"
    )
    max_findings: int = Field(
        500,
        ge=1,
        le=10_000,
        description="An agent lists so many findings, and only counts the rest",
    )

    @classmethod
    def from_layers(cls, *layers: Mapping[str, Any]) -> Settings:
        """Later layers win, key by key. Foreign keys are left alone; raises `SettingsError`."""
        merged = {key: value for layer in layers for key, value in layer.items()}
        try:
            return cls.model_validate(merged)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise SettingsError(f"the setting `{where}`: {first['msg']}") from error
