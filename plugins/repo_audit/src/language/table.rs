//! The languages that are known.

use super::syntax::{self, DocStyle, Syntax};

/// What a language is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// People write programs in it: long files are hard to work with.
    Code,
    /// Configuration and data.
    Data,
    /// Text for people.
    Prose,
}

/// A language, and how its files are told.
#[derive(Debug)]
pub struct Language {
    pub name: &'static str,
    pub kind: Kind,
    /// Absent where comments don't exist.
    pub syntax: Option<&'static Syntax>,
    pub docs: DocStyle,
    extensions: &'static [&'static str],
    /// Whole file names.
    names: &'static [&'static str],
}

const fn code(
    name: &'static str,
    syntax: &'static Syntax,
    docs: DocStyle,
    extensions: &'static [&'static str],
) -> Language {
    Language { name, kind: Kind::Code, syntax: Some(syntax), docs, extensions, names: &[] }
}

const fn data(name: &'static str, syntax: Option<&'static Syntax>, extensions: &'static [&'static str]) -> Language {
    Language { name, kind: Kind::Data, syntax, docs: DocStyle::None, extensions, names: &[] }
}

const fn named(language: Language, names: &'static [&'static str]) -> Language {
    Language { names, ..language }
}

const SLASHES: DocStyle = DocStyle::Prefix(&["///", "//!", "/**", "/*!"]);
const STARS: DocStyle = DocStyle::Prefix(&["/**"]);

const LANGUAGES: &[Language] = &[
    code("Rust", &syntax::RUST, SLASHES, &["rs"]),
    code("C", &syntax::C, SLASHES, &["c", "h"]),
    code("C++", &syntax::C, SLASHES, &["cc", "cpp", "cxx", "hh", "hpp", "hxx", "inl"]),
    code("C#", &syntax::JVM, SLASHES, &["cs"]),
    code("D", &syntax::C, SLASHES, &["d"]),
    code("Objective-C", &syntax::C, SLASHES, &["m", "mm"]),
    code("Swift", &syntax::JVM, SLASHES, &["swift"]),
    code("Java", &syntax::JVM, STARS, &["java"]),
    code("Kotlin", &syntax::JVM, STARS, &["kt", "kts"]),
    code("Scala", &syntax::JVM, STARS, &["scala"]),
    code("Groovy", &syntax::JVM, STARS, &["groovy", "gradle"]),
    code("Dart", &syntax::JVM, SLASHES, &["dart"]),
    code("Zig", &syntax::C, SLASHES, &["zig"]),
    code("Go", &syntax::GO, DocStyle::Above(&["package ", "func ", "type ", "var ", "const "]), &["go"]),
    code("JavaScript", &syntax::SCRIPT, STARS, &["js", "jsx", "mjs", "cjs"]),
    code("TypeScript", &syntax::SCRIPT, STARS, &["ts", "tsx", "mts", "cts"]),
    code("PHP", &syntax::PHP, STARS, &["php"]),
    code("Python", &syntax::PYTHON, DocStyle::Docstring, &["py", "pyi"]),
    named(
        code("Ruby", &syntax::RUBY, DocStyle::Above(&["def ", "class ", "module "]), &["rb", "rake", "gemspec"]),
        &["Gemfile", "Rakefile"],
    ),
    code("Perl", &syntax::HASH, DocStyle::None, &["pl", "pm"]),
    code("R", &syntax::HASH, DocStyle::None, &["r", "R"]),
    code("Julia", &syntax::HASH, DocStyle::None, &["jl"]),
    code("Elixir", &syntax::PYTHON, DocStyle::None, &["ex", "exs"]),
    code("Erlang", &syntax::PERCENT, DocStyle::None, &["erl", "hrl"]),
    code("Shell", &syntax::HASH, DocStyle::None, &["sh", "bash", "zsh", "fish"]),
    code("Lua", &syntax::LUA, DocStyle::None, &["lua"]),
    code("Haskell", &syntax::HASKELL, DocStyle::None, &["hs"]),
    code("Lisp", &syntax::LISP, DocStyle::None, &["lisp", "el", "scm", "clj", "cljs"]),
    code("SQL", &syntax::SQL, DocStyle::None, &["sql"]),
    named(code("Make", &syntax::HASH, DocStyle::None, &["mk"]), &["Makefile", "makefile", "GNUmakefile"]),
    named(code("CMake", &syntax::HASH, DocStyle::None, &["cmake"]), &["CMakeLists.txt"]),
    named(code("Dockerfile", &syntax::HASH, DocStyle::None, &["dockerfile"]), &["Dockerfile", "Containerfile"]),
    code("CSS", &syntax::CSS, DocStyle::None, &["css"]),
    code("Sass", &syntax::C, DocStyle::None, &["scss", "less"]),
    code("Vue", &syntax::MARKUP, DocStyle::None, &["vue", "svelte"]),
    data("HTML", Some(&syntax::MARKUP), &["html", "htm"]),
    data("XML", Some(&syntax::MARKUP), &["xml", "svg", "xsd"]),
    data("YAML", Some(&syntax::HASH), &["yaml", "yml"]),
    data("TOML", Some(&syntax::TOML), &["toml"]),
    data("Protocol Buffers", Some(&syntax::C), &["proto"]),
    data("JSON", None, &["json", "jsonl", "geojson"]),
    data("CSV", None, &["csv", "tsv"]),
    named(
        data("Lock file", None, &["lock"]),
        &["package-lock.json", "pnpm-lock.yaml", "npm-shrinkwrap.json", "go.sum", "Pipfile.lock"],
    ),
    Language {
        name: "Markdown",
        kind: Kind::Prose,
        syntax: Some(&syntax::MARKUP),
        docs: DocStyle::None,
        extensions: &["md", "markdown", "mdx"],
        names: &[],
    },
    Language {
        name: "Text",
        kind: Kind::Prose,
        syntax: None,
        docs: DocStyle::None,
        extensions: &["txt", "rst", "adoc", "org"],
        names: &["LICENSE", "LICENCE", "COPYING", "README", "AUTHORS"],
    },
    Language {
        name: "TeX",
        kind: Kind::Prose,
        syntax: Some(&syntax::PERCENT),
        docs: DocStyle::None,
        extensions: &["tex", "sty"],
        names: &[],
    },
];

/// The language of a file by its name; whole names go before extensions.
pub fn language_of(file_name: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.names.contains(&file_name)).or_else(|| {
        let (stem, extension) = file_name.rsplit_once('.')?;
        LANGUAGES.iter().find(|language| !stem.is_empty() && language.extensions.contains(&extension))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_go_before_extensions() {
        let name = |file| language_of(file).map(|language| language.name);
        assert_eq!(name("lib.rs"), Some("Rust"));
        assert_eq!(name("package-lock.json"), Some("Lock file"));
        assert_eq!(name("CMakeLists.txt"), Some("CMake"));
        assert_eq!(name("Makefile"), Some("Make"));
        assert_eq!(name(".rs"), None);
        assert_eq!(name("photo.png"), None);
    }

    #[test]
    fn no_extension_or_name_belongs_to_two_languages() {
        let mut all: Vec<&str> =
            LANGUAGES.iter().flat_map(|l| l.extensions.iter().chain(l.names.iter()).copied()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
