//! What one line may say. Anything that is not known to be harmless is refused.

use std::str::FromStr;

use pep440_rs::VersionSpecifiers;

/// Why a line is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub words: &'static str,
    pub remedy: &'static str,
}

const OPTION: Refusal = Refusal {
    words: "options are not allowed in a plugin's requirements: they can run code and name other indexes",
    remedy: "remove the option; where packages come from is set in the user's own pip or uv configuration",
};
const ELSEWHERE: Refusal = Refusal {
    words: "links and paths are not allowed in a plugin's requirements: what lies there was not approved with it",
    remedy: "name a package of the index with its version, such as `pydantic>=2`, or put the code into the plugin",
};
const MALFORMED: Refusal = Refusal {
    words: "this is not a package's name with versions",
    remedy: "write, for example, `fastapi>=0.110,<1` or `uvicorn[standard]; python_version < \"3.13\"`",
};

/// An installer takes a name that ends like this for a file.
const ARCHIVES: [&str; 10] =
    [".whl", ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar.lzma"];

/// The package's name, in its one spelling, if the line is a requirement and nothing else.
pub(super) fn name(line: &str) -> Result<String, Refusal> {
    // A `$` could be filled in from the environment.
    if line.chars().any(|c| (c.is_control() && c != '\t') || c == '$') {
        return Err(MALFORMED);
    }
    // Installers look for options in this way too, whatever quotes are around them.
    let mut words = line.split_whitespace();
    if words.clone().any(|word| word.starts_with('-') && !is_hash(word)) {
        return Err(OPTION);
    }
    if words.by_ref().any(is_hash) && !words.all(is_hash) {
        return Err(MALFORMED);
    }
    let requirement = line.split(" --hash=").next().unwrap_or_default();
    let (package, marker) = match requirement.split_once(';') {
        Some((package, marker)) => (package, Some(marker)),
        None => (requirement, None),
    };
    if package.contains(['/', '@', ':', '~']) && !package.contains("~=") || package.starts_with('.') {
        return Err(ELSEWHERE);
    }
    if marker.is_some_and(|marker| marker.trim().is_empty() || marker.contains(';')) {
        return Err(MALFORMED);
    }
    let package = package.trim();
    let end = package.find(|c: char| !is_name_char(c)).unwrap_or(package.len());
    let (name, rest) = package.split_at(end);
    let ends_well = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if !ends_well(name.chars().next()) || !ends_well(name.chars().next_back()) {
        return Err(MALFORMED);
    }
    if ARCHIVES.iter().any(|archive| name.to_ascii_lowercase().ends_with(archive)) {
        return Err(ELSEWHERE);
    }
    let versions = without_extras(rest.trim_start()).ok_or(MALFORMED)?.trim();
    let versions = match versions.strip_prefix('(') {
        Some(inside) => inside.strip_suffix(')').ok_or(MALFORMED)?,
        None => versions,
    };
    VersionSpecifiers::from_str(versions).map_err(|_| MALFORMED)?;
    Ok(normal(name))
}

/// Two spellings that mean one package become the same.
pub(in crate::plugin::installing) fn normal(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// `--hash=sha256:` and hexadecimal digits.
fn is_hash(word: &str) -> bool {
    let hash = word.strip_prefix("--hash=").and_then(|hash| hash.split_once(':'));
    hash.is_some_and(|(algorithm, digest)| {
        matches!(algorithm, "sha256" | "sha384" | "sha512")
            && !digest.is_empty()
            && digest.chars().all(|c| c.is_ascii_hexdigit())
    })
}

/// What comes after `[extra, other]`; without extras, all of it.
fn without_extras(text: &str) -> Option<&str> {
    let Some(inside) = text.strip_prefix('[') else { return Some(text) };
    let (extras, rest) = inside.split_once(']')?;
    extras.split(',').all(|extra| extra.trim().chars().all(is_name_char)).then_some(rest)
}
