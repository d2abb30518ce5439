//! One theme file as written: names are checked, colours that need a palette are not yet looked up.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Role, colour,
    error::{Place, ThemeError, suggest},
};

/// A word of the file and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub text: String,
    pub place: Place,
}

/// The look of one role as the file gives it.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    pub fg: Option<Word>,
    pub bg: Option<Word>,
    pub modifiers: Modifier,
}

#[derive(Debug, Default)]
pub(super) struct Document {
    pub inherits: Option<Word>,
    pub palette: BTreeMap<String, Color>,
    pub looks: Vec<(Role, Look)>,
}

const FLAGS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];

/// Reads the file; `label` is what errors call it.
pub(super) fn parse(label: &str, text: &str) -> Result<Document, ThemeError> {
    Reader { label, text }.document()
}

struct Reader<'a> {
    label: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn document(&self) -> Result<Document, ThemeError> {
        let table = DeTable::parse(self.text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            self.invalid(start, error.message().to_owned(), "the file must be valid TOML")
        })?;
        let mut document = Document::default();
        for (key, value) in table.get_ref().iter() {
            match key.get_ref().as_ref() {
                "inherits" => document.inherits = Some(self.word(value, "the name of a theme")?),
                "palette" => document.palette = self.palette(value)?,
                name => match Role::from_name(name) {
                    Some(role) => document.looks.push((role, self.look(role, value)?)),
                    None => {
                        let known = Role::ALL.iter().map(|role| role.name()).chain(["inherits", "palette"]);
                        let problem = format!("`{name}` is not something a theme can style");
                        return Err(self.invalid(key.span().start, problem, suggest(name, known)));
                    }
                },
            }
        }
        Ok(document)
    }

    fn palette(&self, value: &Spanned<DeValue<'_>>) -> Result<BTreeMap<String, Color>, ThemeError> {
        let Some(table) = value.get_ref().as_table() else {
            return Err(self.wrong_type(value, "`palette`", "write a table [palette] of names and colours"));
        };
        let mut palette = BTreeMap::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if colour::RESERVED.contains(&name) || name.starts_with('#') {
                let problem = format!("a palette can't define `{name}`");
                return Err(self.invalid(key.span().start, problem, "choose another name"));
            }
            let word = self.word(value, "a colour")?;
            let Some(colour) = colour::parse(&word.text) else {
                let ansi = colour::ANSI.iter().map(|(name, _)| *name);
                let remedy = format!("write `#rrggbb`, `default`, or an ANSI name; {}", suggest(&word.text, ansi));
                return Err(self.invalid(value.span().start, format!("`{}` is not a colour", word.text), remedy));
            };
            palette.insert(name.to_owned(), colour);
        }
        Ok(palette)
    }

    fn look(&self, role: Role, value: &Spanned<DeValue<'_>>) -> Result<Look, ThemeError> {
        let mut look = Look::default();
        let table = match value.get_ref() {
            DeValue::String(_) => {
                look.fg = Some(self.word(value, "a colour")?);
                return Ok(look);
            }
            DeValue::Table(table) => table,
            _ => {
                let what = format!("`{}`", role.name());
                return Err(self.wrong_type(value, &what, "write a colour or { fg = …, bg = …, bold = true }"));
            }
        };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if name == "fg" {
                look.fg = Some(self.word(value, "a colour")?);
            } else if name == "bg" {
                look.bg = Some(self.word(value, "a colour")?);
            } else if let Some((_, flag)) = FLAGS.iter().find(|(known, _)| *known == name) {
                let Some(on) = value.get_ref().as_bool() else {
                    return Err(self.wrong_type(value, &format!("`{name}`"), "write true or false"));
                };
                look.modifiers.set(*flag, on);
            } else {
                return Err(self.unknown_part(role, key.span().start, name));
            }
        }
        Ok(look)
    }

    fn unknown_part(&self, role: Role, offset: usize, name: &str) -> ThemeError {
        let dotted = format!("{}.{name}", role.name());
        let remedy = match Role::from_name(&dotted) {
            // TOML reads a bare `text.muted` as a part of `text`.
            Some(_) => format!("put the name in quotes: \"{dotted}\" = …"),
            None => suggest(name, ["fg", "bg"].into_iter().chain(FLAGS.iter().map(|(flag, _)| *flag))),
        };
        self.invalid(offset, format!("a style has no `{name}`"), remedy)
    }

    fn word(&self, value: &Spanned<DeValue<'_>>, what: &str) -> Result<Word, ThemeError> {
        match value.get_ref().as_str() {
            Some(text) => {
                Ok(Word { text: text.to_owned(), place: Place::in_text(self.label, self.text, value.span().start) })
            }
            None => Err(self.wrong_type(value, what, "write it in quotes")),
        }
    }

    fn wrong_type(&self, value: &Spanned<DeValue<'_>>, what: &str, remedy: &str) -> ThemeError {
        let problem = format!("{what} can't be a value of type {}", value.get_ref().type_str());
        self.invalid(value.span().start, problem, remedy)
    }

    fn invalid(&self, offset: usize, problem: String, remedy: impl Into<String>) -> ThemeError {
        let place = Place::in_text(self.label, self.text, offset);
        ThemeError::Invalid { place, problem, remedy: remedy.into() }
    }
}
