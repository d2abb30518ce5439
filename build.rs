//! Compiles in what the program must know of the plugins that come with it: their manifests and the digests of
//! their content.

#[path = "src/plugin/content.rs"]
mod content;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let plugins = root.join("plugins");
    let mut rust = b"static BUNDLED: &[Bundled] = &[\n".to_vec();
    for folder in folders(&plugins)? {
        let dir = plugins.join(&folder);
        let manifest = fs::read_to_string(dir.join("plugin.yaml"))?;
        let digest = content::digest(&dir)?;
        writeln!(rust, "    Bundled {{ folder: {folder:?}, manifest: {manifest:?}, digest: {digest:?} }},")?;
    }
    rust.extend(b"];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("bundled.rs"), rust)?;
    let mut cargo = std::io::stdout();
    for watched in ["plugins", "src/plugin/content.rs", "build.rs"] {
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
