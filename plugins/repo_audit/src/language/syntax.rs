//! How families of languages write comments and strings.

/// Where a comment may start, and what only looks like one.
#[derive(Debug)]
pub struct Syntax {
    /// From one of these to the end of the line.
    pub line: &'static [&'static str],
    /// From the first to the second.
    pub block: &'static [(&'static str, &'static str)],
    /// Blocks nest.
    pub nested: bool,
    /// Longest first.
    pub strings: &'static [StringRule],
    /// A line comment needs white space, or the line's start, before it (`$#` and `a#b` are none).
    pub line_needs_space: bool,
    /// A quote after a letter or digit starts no string (`it's`, `1'000`).
    pub quote_needs_boundary: bool,
    pub quirk: Quirk,
}

/// What the tables can't say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quirk {
    None,
    /// Raw strings, and lifetimes that look like open characters.
    Rust,
    /// Regular expressions between slashes.
    Script,
}

#[derive(Debug)]
pub struct StringRule {
    pub open: &'static str,
    pub close: &'static str,
    /// A backslash takes the next character along.
    pub escapes: bool,
    /// It may go on after the line's end; if not, an unclosed one ends there.
    pub multiline: bool,
}

/// What a documentation comment looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocStyle {
    /// The language has none that could be told from others.
    None,
    /// A comment that starts with one of these.
    Prefix(&'static [&'static str]),
    /// A string in triple quotes on a line of its own.
    Docstring,
    /// A comment on the line above a line that starts with one of these.
    Above(&'static [&'static str]),
}

const fn string(quote: &'static str, escapes: bool, multiline: bool) -> StringRule {
    StringRule { open: quote, close: quote, escapes, multiline }
}

const NONE: Syntax = Syntax {
    line: &[],
    block: &[],
    nested: false,
    strings: &[],
    line_needs_space: false,
    quote_needs_boundary: false,
    quirk: Quirk::None,
};

/// C and its many descendants.
pub const C: Syntax = Syntax {
    line: &["//"],
    block: &[("/*", "*/")],
    strings: &[string("\"", true, false), string("'", true, false)],
    quote_needs_boundary: true,
    ..NONE
};

/// Those that have text blocks in three quotes.
pub const JVM: Syntax = Syntax {
    line: &["//"],
    block: &[("/*", "*/")],
    strings: &[string("\"\"\"", true, true), string("\"", true, false), string("'", true, false)],
    quote_needs_boundary: true,
    ..NONE
};

pub const GO: Syntax = Syntax {
    line: &["//"],
    block: &[("/*", "*/")],
    strings: &[string("`", false, true), string("\"", true, false), string("'", true, false)],
    ..NONE
};

pub const RUST: Syntax = Syntax {
    line: &["//"],
    block: &[("/*", "*/")],
    nested: true,
    strings: &[string("\"", true, true)],
    quirk: Quirk::Rust,
    ..NONE
};

pub const SCRIPT: Syntax = Syntax {
    line: &["//"],
    block: &[("/*", "*/")],
    strings: &[string("`", true, true), string("\"", true, false), string("'", true, false)],
    quote_needs_boundary: true,
    quirk: Quirk::Script,
    ..NONE
};

pub const PHP: Syntax = Syntax {
    line: &["//", "#"],
    block: &[("/*", "*/")],
    strings: &[string("\"", true, true), string("'", true, true)],
    quote_needs_boundary: true,
    ..NONE
};

pub const PYTHON: Syntax = Syntax {
    line: &["#"],
    strings: &[
        string("\"\"\"", true, true),
        string("'''", true, true),
        string("\"", true, false),
        string("'", true, false),
    ],
    ..NONE
};

/// Shells, and configuration in their manner.
pub const HASH: Syntax = Syntax {
    line: &["#"],
    strings: &[string("\"", true, false), string("'", false, false)],
    line_needs_space: true,
    quote_needs_boundary: true,
    ..NONE
};

pub const RUBY: Syntax = Syntax {
    line: &["#"],
    block: &[("=begin", "=end")],
    strings: &[string("\"", true, false), string("'", true, false)],
    line_needs_space: true,
    quote_needs_boundary: true,
    ..NONE
};

pub const TOML: Syntax = Syntax {
    line: &["#"],
    strings: &[
        string("\"\"\"", true, true),
        string("'''", false, true),
        string("\"", true, false),
        string("'", false, false),
    ],
    ..NONE
};

pub const SQL: Syntax = Syntax {
    line: &["--"],
    block: &[("/*", "*/")],
    strings: &[string("'", false, true), string("\"", false, false)],
    ..NONE
};

pub const LUA: Syntax = Syntax {
    line: &["--"],
    block: &[("--[[", "]]")],
    strings: &[
        StringRule { open: "[[", close: "]]", escapes: false, multiline: true },
        string("\"", true, false),
        string("'", true, false),
    ],
    ..NONE
};

pub const HASKELL: Syntax =
    Syntax { line: &["--"], block: &[("{-", "-}")], nested: true, strings: &[string("\"", true, false)], ..NONE };

pub const LISP: Syntax = Syntax { line: &[";"], block: &[("#|", "|#")], strings: &[string("\"", true, true)], ..NONE };

pub const PERCENT: Syntax = Syntax { line: &["%"], ..NONE };

pub const MARKUP: Syntax = Syntax { block: &[("<!--", "-->")], ..NONE };

pub const CSS: Syntax =
    Syntax { block: &[("/*", "*/")], strings: &[string("\"", true, false), string("'", true, false)], ..NONE };
