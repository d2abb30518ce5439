//! A schema for each keyword of JSON Schema: what the form covers, and what is left to raw JSON.
//!
//! Each file of `corpus/` is an object of schemas for one field by what they are about, each with a value that they
//! allow. The snapshot says which fields the form makes of that.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::{editor, one};
use crate::tui::config::row::{Row, Shape};

fn rows_of(schema: &Value, value: &Value) -> String {
    let mut whole = one(schema.clone());
    // References are to the whole schema.
    if let Some(definitions) = schema.get("$defs") {
        whole["$defs"] = definitions.clone();
    }
    let editor = editor(whole, &json!({"x": value}).to_string());
    let own = editor.rows().into_iter().filter(|row| !row.general);
    own.map(|row| format!("{:indent$}{}", "", said(&row), indent = 6 + 2 * row.depth)).collect::<Vec<_>>().join("\n")
}

fn bounds(min: &Option<impl ToString>, max: &Option<impl ToString>) -> String {
    let from = min.as_ref().map(|min| format!(" from {}", min.to_string())).unwrap_or_default();
    from + &max.as_ref().map(|max| format!(" to {}", max.to_string())).unwrap_or_default()
}

fn said(row: &Row<'_>) -> String {
    let shape = match &row.shape {
        Shape::Text { format } => format!("text{}", format.map(|format| format!(" ({format})")).unwrap_or_default()),
        Shape::Secret => "secret".to_owned(),
        Shape::Integer { min, max, step } => format!("integer{} by {step}", bounds(min, max)),
        Shape::Number { min, max, step } => format!("number{} by {step}", bounds(min, max)),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Choice(values) => format!("choice of {}", values.len()),
        Shape::List(_) => "list".to_owned(),
        Shape::Object => "object".to_owned(),
        Shape::Variants(variants) => format!("one of {} forms", variants.len()),
        Shape::Raw => "raw JSON".to_owned(),
    };
    let nullable = if row.nullable { " or null" } else { "" };
    let required = if row.required { ", required" } else { "" };
    let default = row.default().map(|default| format!(", default {default}")).unwrap_or_default();
    format!("{}: {shape}{nullable}{required}{default}", row.name)
}

#[test]
fn what_the_form_covers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tui/config/tests/corpus");
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let (mut out, mut covered, mut raw) = (String::new(), 0, 0);
    for file in files {
        let _ = writeln!(out, "{}", file.file_stem().unwrap().to_string_lossy());
        let cases: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for (name, case) in cases.as_object().unwrap() {
            let rows = rows_of(&case["schema"], &case["value"]);
            *(if rows.trim_start().starts_with("x: raw JSON") { &mut raw } else { &mut covered }) += 1;
            let _ = writeln!(out, "  {name}\n{rows}");
        }
    }
    let _ = writeln!(out, "covered {covered}, left to raw JSON {raw}");
    insta::assert_snapshot!("corpus", out);
}
