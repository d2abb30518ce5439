//! How the workbench looks: meanings ([`Role`]) to terminal styles, read from TOML files.
//!
//! Knows nothing of what is drawn. The format is described in `docs/themes.md`.

mod colour;
mod document;
mod error;
mod plain;
mod role;
mod sources;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use ratatui::style::{Color, Style};

pub use error::{Place, ThemeError};
pub use role::Role;
pub use sources::ThemeSources;

use document::{Document, Look, Word};
use sources::Origin;

/// A look for every [`Role`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    name: String,
    styles: [Style; Role::ALL.len()],
    colour: bool,
}

impl Theme {
    /// The theme used when nobody chose one. It takes the terminal's own foreground and background, and every
    /// other theme falls back on it.
    pub const DEFAULT: &str = "terminal";

    /// Reads the theme `name` and those it inherits from.
    pub fn load(name: &str, sources: &ThemeSources) -> Result<Theme, ThemeError> {
        let chain = lineage(name, sources)?;
        // The nearest definition wins, for colours of the palette and for looks alike, so that a theme can
        // change one colour of another.
        let mut palette = BTreeMap::new();
        let mut looks: [Option<Look>; Role::ALL.len()] = [const { None }; Role::ALL.len()];
        for document in chain.into_iter().rev() {
            palette.extend(document.palette);
            for (role, look) in document.looks {
                looks[role.index()] = Some(look);
            }
        }
        let mut styles = [Style::new(); Role::ALL.len()];
        for (style, look) in styles.iter_mut().zip(looks) {
            if let Some(look) = look {
                *style = resolve(look, &palette)?;
            }
        }
        Ok(Theme { name: name.to_owned(), styles, colour: true })
    }

    /// The names of all themes that `sources` offer, sorted.
    pub fn names(sources: &ThemeSources) -> Vec<String> {
        sources.names()
    }

    /// The name it was loaded by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The look of `role`. Whoever draws paints the screen with [`Role::Text`] first: other looks may leave the
    /// background as it is.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role.index()]
    }

    /// The same theme for people who want no colour (`NO_COLOR`): every colour is the terminal's own, and what
    /// must stand out is bold, underlined or reversed.
    pub fn without_colour(mut self) -> Theme {
        for role in Role::ALL {
            self.styles[role.index()] = plain::without_colour(role, self.styles[role.index()]);
        }
        self.colour = false;
        self
    }

    /// False if colours that don't come from the theme, such as those of an agent's own text, must be left out too.
    pub fn has_colour(&self) -> bool {
        self.colour
    }
}

/// The theme's own document first, then what it inherits from.
fn lineage(name: &str, sources: &ThemeSources) -> Result<Vec<Document>, ThemeError> {
    let mut chain = Vec::new();
    let mut seen: Vec<(Origin, String)> = Vec::new();
    let mut next = sources.find(name, Origin::Folder)?;
    let mut name = name.to_owned();
    loop {
        let document = document::parse(&next.label, &next.text)?;
        seen.push((next.origin, name.clone()));
        let parent = document.inherits.clone();
        chain.push(document);
        let Some(parent) = parent else { break };
        // A person's file that inherits from its own name means the built-in theme that it replaces.
        let from = if next.origin == Origin::Folder && parent.text == name { Origin::Builtin } else { Origin::Folder };
        next = sources.find(&parent.text, from).map_err(|error| at(&parent, error))?;
        if seen.contains(&(next.origin, parent.text.clone())) {
            let names: Vec<&str> = seen.iter().map(|(_, name)| name.as_str()).chain([parent.text.as_str()]).collect();
            return Err(ThemeError::Invalid {
                problem: format!("themes inherit in a circle: {}", names.join(" → ")),
                remedy: "let one of them inherit from another theme or from none".to_owned(),
                place: parent.place,
            });
        }
        name = parent.text;
    }
    if !seen.contains(&(Origin::Builtin, Theme::DEFAULT.to_owned())) {
        let root = sources.find(Theme::DEFAULT, Origin::Builtin)?;
        chain.push(document::parse(&root.label, &root.text)?);
    }
    Ok(chain)
}

/// Says where the name of a missing theme was written.
fn at(parent: &Word, error: ThemeError) -> ThemeError {
    match error {
        ThemeError::Unknown { name, remedy } => ThemeError::Invalid {
            place: parent.place.clone(),
            problem: format!("there is no theme `{name}` to inherit from"),
            remedy,
        },
        ThemeError::Unreadable { .. } | ThemeError::Invalid { .. } => error,
    }
}

fn resolve(look: Look, palette: &BTreeMap<String, Color>) -> Result<Style, ThemeError> {
    let colour = |word: Option<Word>| {
        let Some(word) = word else { return Ok(None) };
        if let Some(colour) = palette.get(&word.text).copied().or_else(|| colour::parse(&word.text)) {
            return Ok(Some(colour));
        }
        let known = palette.keys().map(String::as_str).chain(colour::ANSI.iter().map(|(name, _)| *name));
        Err(ThemeError::Invalid {
            problem: format!("`{}` is no colour of the palette and no ANSI colour", word.text),
            remedy: error::suggest(&word.text, known),
            place: word.place,
        })
    };
    Ok(Style { fg: colour(look.fg)?, bg: colour(look.bg)?, ..Style::new() }.add_modifier(look.modifiers))
}
