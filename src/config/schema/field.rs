//! Which control shows the values of a schema.

use serde_json::{Number, Value};

use super::defaults::resolve;
use super::secret::is_secret;

/// Objects and lists deeper than this are shown as raw JSON.
const MAX_DEPTH: usize = 8;
/// Alternatives beyond these are no choice that a form can offer.
const MAX_CHOICES: usize = 64;

/// A value of a config, for a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The member's name in its object, unescaped; empty for a list's entry or an alternative.
    pub name: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub required: bool,
    pub default: Option<Value>,
    pub kind: FieldKind,
}

/// How a value is edited.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldKind {
    Text {
        format: Option<String>,
        pattern: Option<String>,
        /// In characters.
        min: Option<u64>,
        max: Option<u64>,
    },
    /// Text that is not shown and not kept in the document.
    Secret,
    Integer {
        min: Option<Number>,
        max: Option<Number>,
        /// What one step up or down adds; 1 without it.
        step: Option<Number>,
    },
    Number {
        min: Option<Number>,
        max: Option<Number>,
        step: Option<Number>,
    },
    Boolean,
    Choice(Vec<Value>),
    List(Box<Field>),
    /// Its members, in the schema's order.
    Object(Vec<Field>),
    /// The same, or null.
    Nullable(Box<FieldKind>),
    /// One of these.
    OneOf(Vec<Field>),
    /// JSON as it is.
    Raw,
}

/// What shows the values of `schema`, which is a whole schema: its references are to itself.
pub fn classify(schema: &Value) -> FieldKind {
    kind(schema, schema, "", 0)
}

fn field(root: &Value, name: &str, written: &Value, required: bool, depth: usize) -> Field {
    let schema = resolve(root, written);
    // Beside a reference, these count for this use of it.
    let said = |keyword: &str| written.get(keyword).or_else(|| schema.get(keyword));
    let text = |keyword: &str| said(keyword).and_then(Value::as_str).map(ToOwned::to_owned);
    Field {
        name: name.to_owned(),
        title: text("title"),
        description: text("description"),
        required,
        default: said("default").cloned(),
        kind: kind(root, written, name, depth),
    }
}

fn kind(root: &Value, written: &Value, name: &str, depth: usize) -> FieldKind {
    let schema = resolve(root, written);
    let Some(fields) = schema.as_object() else { return FieldKind::Raw };
    if depth > MAX_DEPTH || has_more_rules(schema) {
        return FieldKind::Raw;
    }
    if let Some(choices) = fields.get("enum").and_then(Value::as_array) {
        return choice(choices);
    }
    if let Some(only) = fields.get("const") {
        return FieldKind::Choice(vec![only.clone()]);
    }
    for keyword in ["oneOf", "anyOf"] {
        if let Some(alternatives) = fields.get(keyword).and_then(Value::as_array) {
            return alternative(root, schema, alternatives, name, depth);
        }
    }
    match fields.get("type") {
        Some(Value::String(one)) => typed(root, schema, one, name, written, depth),
        Some(Value::Array(many)) => match nullable(many) {
            Some(one) => FieldKind::Nullable(Box::new(typed(root, schema, one, name, written, depth))),
            None => FieldKind::Raw,
        },
        None if fields.contains_key("properties") => typed(root, schema, "object", name, written, depth),
        None if is_secret(name, written) || is_secret(name, schema) => FieldKind::Secret,
        _ => FieldKind::Raw,
    }
}

/// Rules that no control shows. What they say is checked all the same; only the form is raw.
fn has_more_rules(schema: &Value) -> bool {
    ["allOf", "not", "if", "dependentSchemas", "dependencies", "patternProperties", "prefixItems", "$dynamicRef"]
        .iter()
        .any(|keyword| schema.get(*keyword).is_some())
}

/// The other one of two types of which one is null.
fn nullable(types: &[Value]) -> Option<&str> {
    match types {
        [one] => one.as_str().filter(|_| false),
        [Value::String(null), Value::String(one)] | [Value::String(one), Value::String(null)] if null == "null" => {
            Some(one)
        }
        _ => None,
    }
}

fn choice(choices: &[Value]) -> FieldKind {
    if choices.is_empty() || choices.len() > MAX_CHOICES {
        return FieldKind::Raw;
    }
    let others: Vec<Value> = choices.iter().filter(|choice| !choice.is_null()).cloned().collect();
    match others.len() < choices.len() && !others.is_empty() {
        true => FieldKind::Nullable(Box::new(FieldKind::Choice(others))),
        false => FieldKind::Choice(choices.to_vec()),
    }
}

fn alternative(root: &Value, schema: &Value, alternatives: &[Value], name: &str, depth: usize) -> FieldKind {
    // What stands beside the alternatives would have to be shown in each of them.
    let is_alone = ["type", "properties", "items"].iter().all(|keyword| schema.get(*keyword).is_none());
    if !is_alone || alternatives.is_empty() || alternatives.len() > MAX_CHOICES {
        return FieldKind::Raw;
    }
    let is_null = |one: &&Value| one.get("type").and_then(Value::as_str) == Some("null");
    let others: Vec<&Value> = alternatives.iter().filter(|one| !is_null(one)).collect();
    let constant = |one: &&Value| one.get("const").cloned();
    let kind_of = if others.iter().all(|one| one.get("const").is_some()) {
        FieldKind::Choice(others.iter().filter_map(constant).collect())
    } else if let [one] = others.as_slice() {
        kind(root, one, name, depth + 1)
    } else {
        let fields: Vec<Field> = others.iter().map(|one| field(root, "", one, true, depth + 1)).collect();
        match fields.iter().any(|field| field.kind == FieldKind::Raw) {
            true => FieldKind::Raw,
            false => FieldKind::OneOf(fields),
        }
    };
    match (others.len() < alternatives.len(), kind_of) {
        (_, FieldKind::Raw) => FieldKind::Raw,
        (true, kind) => FieldKind::Nullable(Box::new(kind)),
        (false, kind) => kind,
    }
}

fn typed(root: &Value, schema: &Value, name_of_type: &str, name: &str, written: &Value, depth: usize) -> FieldKind {
    let number = |keyword: &str| schema.get(keyword).and_then(Value::as_number).cloned();
    let count = |keyword: &str| schema.get(keyword).and_then(Value::as_u64);
    let text = |keyword: &str| schema.get(keyword).and_then(Value::as_str).map(ToOwned::to_owned);
    match name_of_type {
        "string" if is_secret(name, schema) || is_secret(name, written) => FieldKind::Secret,
        "string" => FieldKind::Text {
            format: text("format"),
            pattern: text("pattern"),
            min: count("minLength"),
            max: count("maxLength"),
        },
        "integer" => FieldKind::Integer { min: least(schema), max: most(schema), step: number("multipleOf") },
        "number" => FieldKind::Number { min: number("minimum"), max: number("maximum"), step: number("multipleOf") },
        "boolean" => FieldKind::Boolean,
        "array" => match schema.get("items") {
            // Entries keep the list's name: those of a list of secrets are secrets.
            Some(items @ Value::Object(_)) => {
                let mut entry = field(root, name, items, true, depth + 1);
                entry.name.clear();
                FieldKind::List(Box::new(entry))
            }
            _ => FieldKind::Raw,
        },
        "object" => object(root, schema, depth),
        _ => FieldKind::Raw,
    }
}

fn object(root: &Value, schema: &Value, depth: usize) -> FieldKind {
    // Members that nobody can name beforehand are no fields.
    let is_open = schema.get("additionalProperties").is_some_and(Value::is_object);
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return FieldKind::Raw };
    if is_open {
        return FieldKind::Raw;
    }
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|one| one == name));
    let members = properties.iter().map(|(name, one)| field(root, name, one, is_required(name), depth + 1));
    FieldKind::Object(members.collect())
}

/// The least whole number, whichever way it is said.
fn least(schema: &Value) -> Option<Number> {
    let above = schema.get("exclusiveMinimum").and_then(Value::as_i64).and_then(|bound| bound.checked_add(1));
    let from = schema.get("minimum").and_then(Value::as_number).cloned();
    match (from, above) {
        (Some(from), Some(above)) if from.as_i64().is_some_and(|from| from >= above) => Some(from),
        (_, Some(above)) => Some(above.into()),
        (from, None) => from,
    }
}

fn most(schema: &Value) -> Option<Number> {
    let below = schema.get("exclusiveMaximum").and_then(Value::as_i64).and_then(|bound| bound.checked_sub(1));
    let to = schema.get("maximum").and_then(Value::as_number).cloned();
    match (to, below) {
        (Some(to), Some(below)) if to.as_i64().is_some_and(|to| to <= below) => Some(to),
        (_, Some(below)) => Some(below.into()),
        (to, None) => to,
    }
}
