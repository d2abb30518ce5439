//! Reading a manifest whole.

use std::path::{Component as PathPart, Path, PathBuf};

use semver::Version;

use super::{Layout, Manifest, Provides, Requires, Runtime, Sandbox, permissions, provides, requires};
use crate::config::document::{Fields, Node, Problems, Reader, Source, Spot, Value};
use crate::event::PluginName;
use crate::event::text::clean_line;

impl Manifest {
    /// Reads a manifest's text. `layout` tells what the folder's files show of the runtime.
    pub fn parse(source: &Source, layout: Layout) -> Result<Self, Problems> {
        let tree = source.parse()?;
        let mut reader = Reader::new(source);
        let manifest = read(&mut reader, &tree, layout);
        let (mut manifest, warnings) = reader.finish(manifest)?;
        manifest.warnings = warnings;
        Ok(manifest)
    }
}

fn read(reader: &mut Reader<'_>, tree: &Node, layout: Layout) -> Option<Manifest> {
    let mut fields = reader.fields(tree, "manifest")?;
    let present = Version::parse(env!("CARGO_PKG_VERSION")).expect("cargo only builds packages with a valid version");
    let name = name(reader, &mut fields);
    let version = version(reader, &mut fields);
    let description = text(reader, &mut fields, "description");
    let author = text(reader, &mut fields, "author");
    let email = text(reader, &mut fields, "email");
    let runtime = runtime(reader, &mut fields, layout);
    let class = fields.get("class").and_then(|node| provides::dotted(reader, node, "class"));
    let library = fields.get("library").and_then(|node| library(reader, node));
    let provides = fields.get("provides").map_or_else(Provides::default, |node| provides::read(reader, node));
    let requires = fields.get("requires").map_or_else(Requires::default, |node| requires::read(reader, node, &present));
    let declared = fields.get("permissions").map(|node| permissions::read(reader, node));
    let sandbox = fields.get("sandbox").map_or_else(Sandbox::default, |node| sandbox(reader, node));
    let config_schema = fields.get("config_schema").and_then(|node| config_schema(reader, node));
    match runtime {
        Some(Runtime::Python) => not_for(reader, "library", fields.get("library"), "python"),
        Some(Runtime::Native) => not_for(reader, "class", fields.get("class"), "native"),
        None => {}
    }
    reader.unknown_fields(fields, "a manifest");
    Some(Manifest {
        name: name?,
        version: version?,
        description: description.unwrap_or_default(),
        author,
        email,
        runtime: runtime?,
        class,
        library,
        permissions_inferred: declared.is_none(),
        permissions: declared.unwrap_or_else(|| permissions::inferred(&provides)),
        provides,
        requires,
        sandbox,
        config_schema,
        warnings: Vec::new(),
    })
}

/// Text for people alone.
fn text(reader: &mut Reader<'_>, fields: &mut Fields<'_>, name: &'static str) -> Option<String> {
    let text = fields.get(name).and_then(|node| reader.text(node, name))?;
    Some(clean_line(&text))
}

fn name(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<PluginName> {
    let Some(node) = fields.get("name") else {
        reader.problem(Spot::START, "`name` is missing", "write `name: my-plugin`");
        return None;
    };
    let name = reader.text(node, "name")?;
    match name.parse() {
        Ok(name) => Some(name),
        Err(_) => {
            let rule = "write a small letter, then up to 63 small letters, digits, `-` or `_`";
            reader.problem(node.at, format!("`{name}` can't be a plugin's name"), rule);
            None
        }
    }
}

fn version(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Version> {
    let Some(node) = fields.get("version") else {
        reader.problem(Spot::START, "`version` is missing", "write `version: 1.0.0`");
        return None;
    };
    // `1.0` is a number to YAML; it is no version either way, and one remedy is enough.
    let text = match &node.value {
        Value::Integer(_) | Value::Float(_) => reader.written(node),
        _ => reader.text(node, "version")?,
    };
    match Version::parse(&text) {
        Ok(version) => Some(version),
        Err(_) => {
            let message = format!("`{text}` is not a version");
            reader.problem(node.at, message, "write three numbers, such as `version: 1.0.0`");
            None
        }
    }
}

fn runtime(reader: &mut Reader<'_>, fields: &mut Fields<'_>, layout: Layout) -> Option<Runtime> {
    let Some(node) = fields.get("runtime") else {
        let found = layout.runtime();
        if found.is_none() {
            let remedy = "add main.py (Python), or Cargo.toml or a library (native)";
            reader.problem(Spot::START, "the folder has no code that could run", remedy);
        }
        return found;
    };
    let name = reader.text(node, "runtime")?;
    let Some(runtime) = Runtime::ALL.into_iter().find(|runtime| runtime.as_str() == name) else {
        reader.problem(node.at, format!("there is no runtime `{name}`"), "write `python` or `native`");
        return None;
    };
    if runtime == Runtime::Python && !layout.main_py {
        reader.problem(node.at, "the runtime is `python`, but the folder has no main.py", "add main.py");
        return None;
    }
    Some(runtime)
}

/// The library lies in the plugin's folder, or what was approved is not what runs.
fn library(reader: &mut Reader<'_>, node: &Node) -> Option<PathBuf> {
    let path = PathBuf::from(reader.text(node, "library")?);
    let inside = |path: &Path| path.components().all(|part| matches!(part, PathPart::Normal(_) | PathPart::CurDir));
    if path.as_os_str().is_empty() || !inside(&path) {
        reader.problem(
            node.at,
            "`library` must be a path inside the plugin's folder",
            "write it without `..` or a leading `/`",
        );
        return None;
    }
    Some(path)
}

fn sandbox(reader: &mut Reader<'_>, node: &Node) -> Sandbox {
    let mut sandbox = Sandbox::default();
    let Some(mut fields) = reader.fields(node, "sandbox") else { return sandbox };
    let mut limit = |name: &'static str, least: i64, most: i64, value: &mut u32| {
        let read = fields.get(name).and_then(|node| reader.integer(node, name, least, most));
        *value = read.and_then(|read| u32::try_from(read).ok()).unwrap_or(*value);
    };
    limit("memory_mb", 16, 1024 * 1024, &mut sandbox.memory_mb);
    limit("cpu_seconds", 1, 24 * 60 * 60, &mut sandbox.cpu_seconds);
    reader.unknown_fields(fields, "`sandbox`");
    sandbox
}

fn config_schema(reader: &mut Reader<'_>, node: &Node) -> Option<serde_json::Value> {
    // A schema's own fields are JSON Schema's business; only what defaults are taken from is looked at.
    let mut fields = reader.fields(node, "config_schema")?;
    if let Some(kind) = fields.get("type")
        && kind.value != Value::String("object".to_owned())
    {
        reader.problem(kind.at, "a plugin's config is an object", "write `type: object`");
    }
    if let Some(properties) = fields.get("properties") {
        let properties = reader.fields(properties, "properties")?;
        for (key, property) in properties.entries() {
            reader.fields(property, &key.name);
        }
    }
    Some(node.value.to_json())
}

fn not_for(reader: &mut Reader<'_>, field: &str, node: Option<&Node>, runtime: &str) {
    if let Some(node) = node {
        let message = format!("`{field}` means nothing to a {runtime} plugin; it is ignored");
        reader.warning(node.at, message, format!("remove `{field}`"));
    }
}
