//! Compiles in what the program must carry: of each plugin that comes with it the manifest, the digest of its
//! content and, for one in Python, its files; and the Python SDK.

#[path = "src/plugin/content.rs"]
mod content;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The package that plugins import, below the workspace.
const SDK: &str = "sdk/python/src/orchestrator_sdk";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let plugins = root.join("plugins");
    let mut bundled = b"static BUNDLED: &[Bundled] = &[\n".to_vec();
    for folder in folders(&plugins)? {
        let dir = plugins.join(&folder);
        let manifest = fs::read_to_string(dir.join("plugin.yaml"))?;
        let digest = content::digest(&dir)?;
        // The others are built, and their libraries lie beside the program.
        let files = if dir.join("main.py").is_file() { embedded(&dir)? } else { "&[]".to_owned() };
        writeln!(
            bundled,
            "    Bundled {{ folder: {folder:?}, manifest: {manifest:?}, digest: {digest:?}, files: {files} }},"
        )?;
    }
    bundled.extend(b"];\n");
    fs::write(out.join("bundled.rs"), bundled)?;
    fs::write(out.join("python_sdk.rs"), format!("{}\n", embedded(&root.join(SDK))?))?;
    let mut cargo = std::io::stdout();
    // Cargo looks into folders as deep as they are.
    for watched in ["plugins", SDK, "src/plugin/content.rs", "build.rs"] {
        writeln!(cargo, "cargo::rerun-if-changed={watched}")?;
    }
    Ok(())
}

/// The names of the folders that hold a plugin, sorted.
fn folders(plugins: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    if plugins.is_dir() {
        for entry in fs::read_dir(plugins)? {
            let entry = entry?;
            if entry.path().join("plugin.yaml").is_file() {
                names.push(entry.file_name().into_string().map_err(|name| format!("{name:?} is not UTF-8"))?);
            }
        }
    }
    names.sort();
    Ok(names)
}

/// An expression for the files of `dir` that count as its content.
fn embedded(dir: &Path) -> Result<String, Box<dyn Error>> {
    let mut rust = "&[".to_owned();
    for path in content::files(dir)? {
        let full = dir.join(&path);
        if full.is_symlink() {
            return Err(format!("{} is a link; only files can be carried in the program", full.display()).into());
        }
        let (Some(path), Some(full)) = (path.to_str(), full.to_str()) else {
            return Err(format!("{} is not UTF-8", full.display()).into());
        };
        rust.push_str(&format!("EmbeddedFile {{ path: {path:?}, bytes: include_bytes!({full:?}) }}, "));
    }
    rust.push(']');
    Ok(rust)
}
