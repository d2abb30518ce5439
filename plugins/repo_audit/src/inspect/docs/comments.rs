//! Which source folders say nothing about themselves.

use std::collections::BTreeMap;

use crate::language::{DocStyle, Kind, Language, comment_spans, count_lines};
use crate::scan::FoundFile;

/// Folders whose code is not for reading by others.
const EXEMPT: [&str; 8] = ["test", "tests", "__tests__", "spec", "examples", "benches", "fixtures", "testdata"];

/// The source folders of a tree.
#[derive(Default)]
pub struct Folders(BTreeMap<String, Folder>);

/// What was seen of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    pub path: String,
    pub files: u64,
    pub code: u64,
    documented: bool,
}

impl Folders {
    /// Whether the file's language has documentation comments, and its folder is not exempt.
    pub fn wants(file: &FoundFile, language: Option<&Language>) -> bool {
        let has_docs = language.is_some_and(|language| language.kind == Kind::Code && language.docs != DocStyle::None);
        has_docs && !file.folder().split('/').any(|part| EXEMPT.contains(&part))
    }

    pub fn see(&mut self, file: &FoundFile, language: &Language, text: &str) {
        if !Folders::wants(file, Some(language)) {
            return;
        }
        let path = file.folder().to_owned();
        let folder = self.0.entry(path.clone()).or_insert_with(|| Folder { path, ..Folder::default() });
        folder.files += 1;
        folder.code += count_lines(text, language.syntax).code;
        folder.documented = folder.documented || is_documented(language, text);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Those of at least so many lines of code without any documentation comment.
    pub fn undocumented(&self, min_code: u64) -> Vec<Folder> {
        self.0.values().filter(|folder| !folder.documented && folder.code >= min_code).cloned().collect()
    }
}

/// Whether a text has any documentation comment.
fn is_documented(language: &Language, text: &str) -> bool {
    match language.docs {
        DocStyle::None => false,
        DocStyle::Docstring => text.lines().any(|line| {
            let line = line.trim_start().trim_start_matches(['r', 'R']);
            line.starts_with("\"\"\"") || line.starts_with("'''")
        }),
        DocStyle::Prefix(prefixes) => comments(language, text)
            .any(|comment| prefixes.iter().any(|prefix| comment.starts_with(prefix)) && comment.len() > 5),
        DocStyle::Above(declarations) => {
            let mut lines = text.lines().map(str::trim_start).peekable();
            std::iter::from_fn(move || {
                let line = lines.next()?;
                let next = lines.peek().copied().unwrap_or_default();
                Some((line, next))
            })
            .any(|(line, next)| {
                let is_comment = line.starts_with("//") || line.starts_with('#') || line.ends_with("*/");
                is_comment && declarations.iter().any(|declaration| next.starts_with(declaration))
            })
        }
    }
}

fn comments<'a>(language: &Language, text: &'a str) -> impl Iterator<Item = &'a str> {
    let spans = language.syntax.map(|syntax| comment_spans(text, syntax)).unwrap_or_default();
    spans.into_iter().map(|span| &text[span])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::language_of;

    #[test]
    fn each_languages_documentation_is_known() {
        let documented = |file, text| is_documented(language_of(file).unwrap(), text);
        assert!(documented("a.rs", "/// Does it.\nfn a() {}"));
        assert!(!documented("a.rs", "// note\nfn a() { let s = \"/// no\"; }"));
        assert!(documented("a.py", "def a():\n    \"\"\"Does it.\"\"\"\n"));
        assert!(!documented("a.py", "# note\nx = 'y'\n"));
        assert!(documented("a.go", "// A does it.\nfunc A() {}\n"));
        assert!(!documented("a.go", "func A() {\n\t// inside\n\treturn\n}\n"));
        assert!(documented("A.java", "/** Does it. */\nclass A {}"));
        assert!(!documented("A.java", "/**/ class A {}"));
    }
}
