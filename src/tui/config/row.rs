//! The form as a list of rows: one for each field that is not folded away, in the order of the schema, then what no
//! schema knows.

use serde_json::{Number, Value};

use super::document::Document;
use super::folds::Folds;
use super::pointer;
use super::value::Notation;
use crate::orchestrator::api::{Field, FieldKind};

/// What a row lets one do with its value.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape<'f> {
    Text {
        format: Option<&'f str>,
    },
    Secret,
    /// What is beyond an `i64` is left to the keyboard.
    Integer {
        min: Option<i64>,
        max: Option<i64>,
        step: i64,
    },
    Number {
        min: Option<f64>,
        max: Option<f64>,
        step: f64,
    },
    Boolean,
    Choice(&'f [Value]),
    /// Of items like this one.
    List(&'f Field),
    Object,
    /// Several forms, one of which is taken.
    Variants(&'f [Field]),
    /// JSON as it is.
    Raw,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Row<'f> {
    /// Apart from every other row's: a choice of forms has the pointer of what it is chosen for.
    pub id: String,
    pub pointer: String,
    pub depth: usize,
    pub name: String,
    /// Absent for what no schema knows.
    pub field: Option<&'f Field>,
    pub shape: Shape<'f>,
    pub nullable: bool,
    pub required: bool,
    /// What the document holds.
    pub value: Option<Value>,
    /// Whether its rows are in sight, if it has any.
    pub open: Option<bool>,
    /// Its place, if it is one of a list's items.
    pub item: Option<usize>,
    /// One of the keys that every plugin has.
    pub general: bool,
}

/// The rows of a form. `fields` are the schema's, `general` those that every plugin has beside them.
pub fn rows<'f>(fields: &'f [Field], general: &'f [Field], document: &Document, folds: &Folds) -> Vec<Row<'f>> {
    let mut rows = Rows { document, folds, out: Vec::new() };
    rows.members("", fields, 0);
    let known = |name: &str| fields.iter().chain(general).any(|field| field.name == name);
    rows.unknown("", 0, known);
    let first_general = rows.out.len();
    rows.members("", general, 0);
    rows.out[first_general..].iter_mut().for_each(|row| row.general = true);
    rows.out
}

struct Rows<'f, 'd> {
    document: &'d Document,
    folds: &'d Folds,
    out: Vec<Row<'f>>,
}

impl<'f> Rows<'f, '_> {
    fn members(&mut self, parent: &str, fields: &'f [Field], depth: usize) {
        for field in fields {
            self.field(field, pointer::child(parent, &field.name), depth, field.name.clone(), None);
        }
    }

    /// What an object holds beside its fields.
    fn unknown(&mut self, parent: &str, depth: usize, known: impl Fn(&str) -> bool) {
        let Some(object) = self.document.object(parent) else { return };
        for (name, value) in object.iter().filter(|(name, _)| !known(name)) {
            let pointer = pointer::child(parent, name);
            self.out.push(Row {
                id: pointer.clone(),
                pointer,
                depth,
                name: name.clone(),
                field: None,
                shape: Shape::Raw,
                nullable: false,
                required: false,
                value: Some(value.clone()),
                open: None,
                item: None,
                general: false,
            });
        }
    }

    fn field(&mut self, field: &'f Field, at: String, depth: usize, name: String, item: Option<usize>) {
        let value = self.document.get(&at).cloned();
        let (kind, nullable) = match &field.kind {
            FieldKind::Nullable(inner) => (&**inner, true),
            kind => (kind, false),
        };
        let is_null = nullable && value == Some(Value::Null);
        let fits = is_null || value.as_ref().is_none_or(|value| can_hold(kind, value));
        let shape = if fits { shape(kind) } else { Shape::Raw };
        let id = if matches!(shape, Shape::Variants(_)) { format!("{at}\u{0}") } else { at.clone() };
        let length = value.as_ref().and_then(Value::as_array).map_or(0, Vec::len);
        let has_rows = !is_null
            && match shape {
                Shape::Object | Shape::Variants(_) => true,
                Shape::List(_) => length > 0,
                _ => false,
            };
        let open = has_rows.then(|| self.folds.is_open(&id, length));
        let required = field.required && item.is_none();
        let row = Row {
            id,
            pointer: at.clone(),
            depth,
            name,
            field: Some(field),
            shape: shape.clone(),
            nullable,
            required,
            value,
            open,
            item,
            general: false,
        };
        self.out.push(row);
        if open != Some(true) {
            return;
        }
        match shape {
            Shape::Object => self.object(kind, &at, depth + 1),
            Shape::List(inner) => {
                for place in 0..length {
                    let item_at = pointer::child(&at, &place.to_string());
                    self.field(inner, item_at, depth + 1, format!("{}", place + 1), Some(place));
                }
            }
            Shape::Variants(variants) => {
                let chosen = self.folds.variant(&at).or_else(|| fitting(variants, self.document.get(&at)));
                let Some(variant) = chosen.and_then(|place| variants.get(place)) else { return };
                match &variant.kind {
                    kind @ FieldKind::Object(_) if self.document.get(&at).is_none_or(|value| can_hold(kind, value)) => {
                        self.object(kind, &at, depth + 1);
                    }
                    _ => self.field(variant, at, depth + 1, variant_name(variant), None),
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, kind: &'f FieldKind, at: &str, depth: usize) {
        let FieldKind::Object(fields) = kind else { return };
        self.members(at, fields, depth);
        self.unknown(at, depth, |name| fields.iter().any(|field| field.name == name));
    }
}

/// The first of several forms that a value has.
pub fn fitting(variants: &[Field], value: Option<&Value>) -> Option<usize> {
    let value = value?;
    let fits = |variant: &Field| fit(&variant.kind, value);
    variants.iter().position(fits).or_else(|| variants.iter().position(|variant| can_hold(&variant.kind, value)))
}

pub fn variant_name(variant: &Field) -> String {
    let title = variant.title.clone().filter(|title| !title.is_empty());
    let name = title.or_else(|| Some(variant.name.clone()).filter(|name| !name.is_empty()));
    name.unwrap_or_else(|| kind_word(&variant.kind).to_owned())
}

/// The kind in a word or two.
pub fn kind_word(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Text { .. } => "text",
        FieldKind::Secret => "secret",
        FieldKind::Integer { .. } => "whole number",
        FieldKind::Number { .. } => "number",
        FieldKind::Boolean => "true or false",
        FieldKind::Choice(_) => "one of a few",
        FieldKind::List(_) => "list",
        FieldKind::Object(_) => "group",
        FieldKind::Nullable(inner) => kind_word(inner),
        FieldKind::OneOf(_) => "one of several forms",
        FieldKind::Raw => "JSON",
    }
}

fn shape(kind: &FieldKind) -> Shape<'_> {
    match kind {
        FieldKind::Text { format, .. } => Shape::Text { format: format.as_deref() },
        FieldKind::Secret => Shape::Secret,
        FieldKind::Integer { min, max, step } => {
            let whole = |number: &Option<Number>| number.as_ref().and_then(Number::as_i64);
            Shape::Integer { min: whole(min), max: whole(max), step: whole(step).filter(|step| *step > 0).unwrap_or(1) }
        }
        FieldKind::Number { min, max, step } => {
            let float = |number: &Option<Number>| number.as_ref().and_then(Number::as_f64);
            let (min, max) = (float(min), float(max));
            // A share is between 0 and 1.
            let is_narrow = min.zip(max).is_some_and(|(min, max)| max - min <= 2.0);
            let step = float(step).filter(|step| *step > 0.0).unwrap_or(if is_narrow { 0.1 } else { 1.0 });
            Shape::Number { min, max, step }
        }
        FieldKind::Boolean => Shape::Boolean,
        FieldKind::Choice(values) => Shape::Choice(values),
        FieldKind::List(item) => Shape::List(item),
        FieldKind::Object(_) => Shape::Object,
        FieldKind::Nullable(inner) => shape(inner),
        FieldKind::OneOf(variants) => Shape::Variants(variants),
        FieldKind::Raw => Shape::Raw,
    }
}

/// Whether a field of this kind can show the value and give it back. What is wrong with it otherwise is the check's.
fn can_hold(kind: &FieldKind, value: &Value) -> bool {
    match kind {
        FieldKind::Text { .. } | FieldKind::Secret => value.is_string(),
        FieldKind::Integer { .. } | FieldKind::Number { .. } => value.is_number() || value.is_string(),
        FieldKind::Boolean => value.is_boolean(),
        FieldKind::Choice(_) => !value.is_object() && !value.is_array(),
        FieldKind::List(_) => value.is_array(),
        FieldKind::Object(_) => value.is_object(),
        FieldKind::Nullable(inner) => value.is_null() || can_hold(inner, value),
        FieldKind::OneOf(variants) => variants.iter().any(|variant| can_hold(&variant.kind, value)),
        FieldKind::Raw => true,
    }
}

/// Whether a value is of this kind, as far as is needed to tell forms apart.
fn fit(kind: &FieldKind, value: &Value) -> bool {
    match kind {
        FieldKind::Integer { .. } => value.is_i64() || value.is_u64(),
        FieldKind::Number { .. } => value.is_number(),
        FieldKind::Choice(values) => values.contains(value),
        FieldKind::List(item) => value.as_array().is_some_and(|items| items.iter().all(|one| fit(&item.kind, one))),
        FieldKind::Object(fields) => value.as_object().is_some_and(|object| {
            fields.iter().all(|field| match object.get(&field.name) {
                Some(value) => fit(&field.kind, value),
                None => !field.required,
            }) && object.keys().all(|name| fields.iter().any(|field| field.name == *name))
        }),
        FieldKind::Nullable(inner) => value.is_null() || fit(inner, value),
        FieldKind::OneOf(variants) => variants.iter().any(|variant| fit(&variant.kind, value)),
        FieldKind::Text { .. } | FieldKind::Secret | FieldKind::Boolean | FieldKind::Raw => can_hold(kind, value),
    }
}

impl Row<'_> {
    /// What counts while the document says nothing.
    pub fn default(&self) -> Option<&Value> {
        self.field.and_then(|field| field.default.as_ref())
    }

    /// The value that a plugin gets, as far as the form knows.
    pub fn effective(&self) -> Option<&Value> {
        self.value.as_ref().or_else(|| self.default())
    }

    /// How its value is typed, if it is.
    pub fn notation(&self) -> Option<Notation> {
        match self.shape {
            Shape::Text { .. } => Some(Notation::Text),
            Shape::Secret => Some(Notation::Secret),
            Shape::Integer { .. } | Shape::Number { .. } => Some(Notation::Number),
            Shape::Raw => Some(Notation::Json),
            Shape::Boolean | Shape::Choice(_) | Shape::List(_) | Shape::Object | Shape::Variants(_) => None,
        }
    }

    /// What a new one begins with.
    pub fn blank(field: &Field) -> Value {
        if let Some(default) = &field.default {
            return default.clone();
        }
        blank(&field.kind)
    }
}

fn blank(kind: &FieldKind) -> Value {
    match kind {
        FieldKind::Text { .. } | FieldKind::Secret => Value::from(""),
        FieldKind::Integer { min, max, .. } | FieldKind::Number { min, max, .. } => {
            let zero = Number::from(0);
            let above = min.iter().find(|min| min.as_f64() > Some(0.0));
            let below = max.iter().find(|max| max.as_f64() < Some(0.0));
            Value::Number(above.or(below).unwrap_or(&zero).clone())
        }
        FieldKind::Boolean => false.into(),
        FieldKind::Choice(values) => values.first().cloned().unwrap_or(Value::Null),
        FieldKind::List(_) => Value::Array(Vec::new()),
        FieldKind::Object(fields) => {
            let required = fields.iter().filter(|field| field.required);
            Value::Object(required.map(|field| (field.name.clone(), Row::blank(field))).collect())
        }
        FieldKind::Nullable(_) | FieldKind::Raw => Value::Null,
        FieldKind::OneOf(variants) => variants.first().map_or(Value::Null, Row::blank),
    }
}
