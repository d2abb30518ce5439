use std::fs;

use ratatui::style::{Color, Modifier, Style};
use tempfile::TempDir;

use super::{Role, Theme, ThemeError, ThemeSources};

/// A folder of theme files.
fn folder(files: &[(&str, &str)]) -> (TempDir, ThemeSources) {
    let dir = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(format!("{name}.toml")), text).unwrap();
    }
    let sources = ThemeSources::with_folder(dir.path());
    (dir, sources)
}

/// What a person reads when `text` is loaded as a theme, without the folder's own path.
fn complaint(text: &str) -> String {
    let (dir, sources) = folder(&[("mine", text)]);
    let message = Theme::load("mine", &sources).unwrap_err().to_string();
    message.replace(&format!("{}/", dir.path().display()), "")
}

fn builtin(name: &str) -> Theme {
    Theme::load(name, &ThemeSources::builtin()).unwrap()
}

#[test]
fn every_role_is_found_by_its_name_and_has_its_own_place() {
    for (index, role) in Role::ALL.into_iter().enumerate() {
        assert_eq!(Role::from_name(role.name()), Some(role));
        assert_eq!(role.index(), index);
    }
}

#[test]
fn agents_beyond_the_last_look_begin_again() {
    let theme = builtin("dark");
    assert_eq!(theme.style(Role::Agent(9)), theme.style(Role::Agent(1)));
    assert_ne!(theme.style(Role::Agent(2)), theme.style(Role::Agent(1)));
    for number in 0..=u8::MAX {
        assert!(theme.style(Role::Agent(number)).fg.is_some());
    }
}

#[test]
fn built_in_themes_load_and_are_listed() {
    let names = Theme::names(&ThemeSources::builtin());
    assert_eq!(names, ["dark", "light", "mono", "terminal"]);
    for name in names {
        assert_eq!(builtin(&name).name(), name);
    }
}

#[test]
fn the_default_theme_keeps_the_terminals_own_colours() {
    let text = builtin(Theme::DEFAULT).style(Role::Text);
    assert_eq!((text.fg, text.bg), (Some(Color::Reset), Some(Color::Reset)));
    for role in Role::ALL {
        let style = builtin(Theme::DEFAULT).style(role);
        assert!(!matches!(style.fg, Some(Color::Rgb(..))), "{}", role.name());
        assert!(matches!(style.bg, None | Some(Color::Reset)), "{}", role.name());
    }
}

#[test]
fn colours_come_from_palette_hex_ansi_and_default() {
    let theme = r##"
        ok = "leaf"
        warn = "#fF8000"
        error = { fg = "bright-red", bg = "default", bold = true, underline = true }
        selection = { reversed = true, italic = true, dim = false }
        [palette]
        leaf = "#102030"
    "##;
    let (_dir, sources) = folder(&[("mine", theme)]);
    let theme = Theme::load("mine", &sources).unwrap();
    assert_eq!(theme.style(Role::Ok), Style::new().fg(Color::Rgb(0x10, 0x20, 0x30)));
    assert_eq!(theme.style(Role::Warn), Style::new().fg(Color::Rgb(0xff, 0x80, 0)));
    let error = Style::new().fg(Color::LightRed).bg(Color::Reset).bold().underlined();
    assert_eq!(theme.style(Role::Error), error);
    assert_eq!(theme.style(Role::Selection), Style::new().reversed().italic());
}

#[test]
fn a_theme_may_change_one_colour_of_another() {
    let (_dir, sources) = folder(&[("mine", "inherits = \"dark\"\n[palette]\nblue = \"#010203\"")]);
    let (mine, dark) = (Theme::load("mine", &sources).unwrap(), builtin("dark"));
    assert_eq!(mine.style(Role::Running).fg, Some(Color::Rgb(1, 2, 3)));
    assert_eq!(mine.style(Role::Error), dark.style(Role::Error));
}

#[test]
fn what_a_theme_leaves_out_comes_from_the_default() {
    let (_dir, sources) = folder(&[("mine", "ok = \"blue\"")]);
    let mine = Theme::load("mine", &sources).unwrap();
    assert_eq!(mine.style(Role::Ok).fg, Some(Color::Blue));
    assert_eq!(mine.style(Role::Selection), builtin("terminal").style(Role::Selection));
}

#[test]
fn a_persons_file_replaces_a_built_in_theme_and_may_inherit_from_it() {
    let (_dir, sources) = folder(&[("dark", "inherits = \"dark\"\nok = \"#010203\""), ("zebra", "")]);
    let mine = Theme::load("dark", &sources).unwrap();
    assert_eq!(mine.style(Role::Ok).fg, Some(Color::Rgb(1, 2, 3)));
    assert_eq!(mine.style(Role::Error), builtin("dark").style(Role::Error));
    assert_eq!(Theme::names(&sources), ["dark", "light", "mono", "terminal", "zebra"]);
}

#[test]
fn circles_are_found() {
    let (_dir, sources) = folder(&[("a", "inherits = \"b\""), ("b", "ok = \"red\"\ninherits = \"a\"")]);
    let message = Theme::load("a", &sources).unwrap_err().to_string();
    assert!(message.contains("b.toml:2:12: themes inherit in a circle: a → b → a"), "{message}");
    let (_dir, sources) = folder(&[("own", "inherits = \"own\"")]);
    assert!(Theme::load("own", &sources).is_err());
}

#[test]
fn errors_name_the_place_and_the_remedy() {
    let cases = [
        ("\n  eror = \"red\"", "mine.toml:2:3: `eror` is not something a theme can style: did you mean `error`?"),
        (
            "ok = \"gren\"",
            "mine.toml:1:6: `gren` is no colour of the palette and no ANSI colour: did you mean `green`?",
        ),
        ("text.muted = \"red\"", "mine.toml:1:6: a style has no `muted`: put the name in quotes: \"text.muted\" = …"),
        ("ok = { bolt = true }", "mine.toml:1:8: a style has no `bolt`: did you mean `bold`?"),
        ("ok = { bold = 1 }", "mine.toml:1:15: `bold` can't be a value of type integer: write true or false"),
        (
            "ok = 3",
            "mine.toml:1:6: `ok` can't be a value of type integer: write a colour or { fg = …, bg = …, bold = true }",
        ),
        ("inherits = \"drak\"", "mine.toml:1:12: there is no theme `drak` to inherit from: did you mean `dark`?"),
        ("[palette]\ndefault = \"red\"", "mine.toml:2:1: a palette can't define `default`: choose another name"),
    ];
    for (text, expected) in cases {
        assert_eq!(complaint(text), expected);
    }
    let hex = complaint("[palette]\nrose = \"#+12345\"");
    assert!(hex.starts_with("mine.toml:2:8: `#+12345` is not a colour: write `#rrggbb`"), "{hex}");
    let toml = complaint("ok = \"grün\"\nwarn = \n");
    assert!(toml.starts_with("mine.toml:2:") && toml.ends_with("the file must be valid TOML"), "{toml}");
}

#[test]
fn a_missing_theme_is_told_with_its_nearest_name() {
    let message = Theme::load("lihgt", &ThemeSources::builtin()).unwrap_err().to_string();
    assert_eq!(message, "there is no theme `lihgt`: did you mean `light`?");
    // A name is not a path.
    let (dir, sources) = folder(&[("secret", "")]);
    let inner = dir.path().join("inner");
    fs::create_dir(&inner).unwrap();
    assert!(Theme::load("secret", &sources).is_ok());
    let error = Theme::load("../secret", &ThemeSources::with_folder(inner)).unwrap_err();
    assert!(matches!(error, ThemeError::Unknown { .. }));
}

#[test]
fn a_huge_file_is_refused() {
    let message = complaint(&"# padding\n".repeat(10_000));
    assert!(message.contains("at most 64 KiB"), "{message}");
}

#[test]
fn without_colour_everything_that_matters_still_stands_out() {
    for name in Theme::names(&ThemeSources::builtin()) {
        let theme = builtin(&name).without_colour();
        assert!(!theme.has_colour());
        for role in Role::ALL {
            let style = theme.style(role);
            assert_eq!((style.fg, style.bg), (Some(Color::Reset), Some(Color::Reset)), "{name} {}", role.name());
        }
        let modifiers = |role| theme.style(role).add_modifier;
        assert!(modifiers(Role::Selection).contains(Modifier::REVERSED), "{name}");
        for (left, right) in [
            (Role::Error, Role::Text),
            (Role::Error, Role::Ok),
            (Role::Warn, Role::Text),
            (Role::Denied, Role::Text),
            (Role::DiffAdded, Role::DiffRemoved),
            (Role::BorderFocused, Role::Border),
            (Role::Key, Role::Text),
        ] {
            assert_ne!(modifiers(left), modifiers(right), "{name}: {} and {}", left.name(), right.name());
        }
    }
}

/// WCAG 2 relative luminance.
fn luminance(colour: Color) -> f64 {
    let Color::Rgb(red, green, blue) = colour else { panic!("{colour:?} has no fixed luminance") };
    let linear = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

fn contrast(left: Color, right: Color) -> f64 {
    let (left, right) = (luminance(left), luminance(right));
    (left.max(right) + 0.05) / (left.min(right) + 0.05)
}

#[test]
fn text_is_readable_in_dark_and_light() {
    for name in ["dark", "light"] {
        let theme = builtin(name);
        let text = theme.style(Role::Text);
        let selected = theme.style(Role::Selection).bg.unwrap();
        for role in Role::ALL {
            let style = text.patch(theme.style(role));
            let (fg, bg) = (style.fg.unwrap(), style.bg.unwrap());
            let wanted = if role == Role::Border { 1.5 } else { 4.5 };
            let reached = contrast(fg, bg);
            assert!(reached >= wanted, "{name}: {} has contrast {reached:.2}", role.name());
            if !matches!(role, Role::Border | Role::Badge) {
                let reached = contrast(fg, selected);
                assert!(reached >= 4.5, "{name}: selected {} has contrast {reached:.2}", role.name());
            }
        }
    }
}
