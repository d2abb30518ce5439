//! Where theme files come from.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::error::{ThemeError, suggest};

/// The themes that come with the program.
const BUILTIN: [(&str, &str); 4] = [
    ("terminal", include_str!("../../../themes/terminal.toml")),
    ("dark", include_str!("../../../themes/dark.toml")),
    ("light", include_str!("../../../themes/light.toml")),
    ("mono", include_str!("../../../themes/mono.toml")),
];

/// A theme is a page of text; anything longer is something else.
const MAX_FILE: u64 = 64 * 1024;

/// Where themes are looked for: a person's own folder first, then those that come with the program.
#[derive(Clone, Debug, Default)]
pub struct ThemeSources {
    folder: Option<PathBuf>,
}

/// Which of the places a theme came from. A file may inherit from the built-in theme whose name it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Folder,
    Builtin,
}

/// The text of one theme file.
pub(super) struct ThemeFile {
    pub origin: Origin,
    /// What errors call the file.
    pub label: String,
    pub text: String,
}

impl ThemeSources {
    /// Only the themes that come with the program.
    pub fn builtin() -> Self {
        Self::default()
    }

    /// The `*.toml` files of `folder` before the built-in themes. The folder need not exist.
    pub fn with_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()) }
    }

    /// The names of all themes, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: BTreeSet<String> = BUILTIN.iter().map(|(name, _)| (*name).to_owned()).collect();
        // A folder that can't be listed has no themes to offer; asking for one by name still says why.
        let entries = self.folder.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            if path.extension().is_some_and(|extension| extension == "toml")
                && let Some(name) = path.file_stem().and_then(|stem| stem.to_str())
                && is_name(name)
            {
                names.insert(name.to_owned());
            }
        }
        names.into_iter().collect()
    }

    /// The file of the theme `name`, looked for at `from` and after.
    pub(super) fn find(&self, name: &str, from: Origin) -> Result<ThemeFile, ThemeError> {
        if from == Origin::Folder
            && is_name(name)
            && let Some(folder) = &self.folder
        {
            let path = folder.join(format!("{name}.toml"));
            match read(&path) {
                Ok(text) => {
                    return Ok(ThemeFile { origin: Origin::Folder, label: path.display().to_string(), text });
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(ThemeError::Unreadable { path, source }),
            }
        }
        match BUILTIN.iter().find(|(builtin, _)| *builtin == name) {
            Some((_, text)) => Ok(ThemeFile {
                origin: Origin::Builtin,
                label: format!("themes/{name}.toml"),
                text: (*text).to_owned(),
            }),
            None => {
                let names = self.names();
                let remedy = suggest(name, names.iter().map(String::as_str));
                Err(ThemeError::Unknown { name: name.to_owned(), remedy })
            }
        }
    }
}

/// A name is never a path.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '_' | ' '))
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_FILE + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_FILE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a theme file holds at most 64 KiB"));
    }
    Ok(text)
}
