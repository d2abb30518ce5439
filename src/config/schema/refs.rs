//! References within a schema, and the schemas that a schema is made of.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::SchemaFault;
use super::words::shown;

/// How many schemas may be entered one within the other, references followed.
const MAX_NESTING: usize = 100;

/// A schema that another one is made of, and what it applies to.
pub(super) enum Part<'s> {
    /// The same value.
    Here(&'s Value),
    /// The value's member of that name.
    Member(&'s str, &'s Value),
    /// Every member or entry.
    Each(&'s Value),
}

impl<'s> Part<'s> {
    pub(super) fn schema(&self) -> &'s Value {
        match self {
            Part::Here(schema) | Part::Member(_, schema) | Part::Each(schema) => schema,
        }
    }
}

/// The schemas that `schema` applies; a keyword that is not of the right type applies none.
pub(super) fn parts<'s>(root: &'s Value, schema: &'s Value) -> Vec<Part<'s>> {
    let Some(fields) = schema.as_object() else { return Vec::new() };
    let mut found = Vec::new();
    for (keyword, value) in fields {
        match keyword.as_str() {
            "$ref" | "$dynamicRef" | "$recursiveRef" => {
                found.extend(value.as_str().and_then(|reference| target(root, reference)).map(Part::Here));
            }
            "allOf" | "anyOf" | "oneOf" => found.extend(value.as_array().into_iter().flatten().map(Part::Here)),
            "not" | "if" | "then" | "else" => found.push(Part::Here(value)),
            "dependentSchemas" | "dependencies" => found.extend(all(value).map(|(_, part)| Part::Here(part))),
            "properties" => found.extend(all(value).map(|(name, part)| Part::Member(name, part))),
            "patternProperties" => found.extend(all(value).map(|(_, part)| Part::Each(part))),
            "items" | "prefixItems" => match value {
                Value::Array(items) => found.extend(items.iter().map(Part::Each)),
                _ => found.push(Part::Each(value)),
            },
            "additionalProperties"
            | "additionalItems"
            | "unevaluatedProperties"
            | "unevaluatedItems"
            | "propertyNames"
            | "contains" => found.push(Part::Each(value)),
            _ => {}
        }
    }
    found
}

fn all(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, part)| (name.as_str(), part))
}

/// What a reference within the schema points at: `#`, `#/a/pointer`, or `#anchor`.
pub(super) fn target<'s>(root: &'s Value, reference: &str) -> Option<&'s Value> {
    let fragment = reference.strip_prefix('#')?;
    if fragment.is_empty() {
        return Some(root);
    }
    match fragment.starts_with('/') {
        true => root.pointer(&unescaped(fragment)).filter(|target| is_schema(target)),
        false => anchored(root, fragment),
    }
}

fn is_schema(value: &Value) -> bool {
    value.is_object() || value.is_boolean()
}

/// Fragments are escaped as addresses are.
fn unescaped(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.filter(|_| *first == b'%').and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| fragment.to_owned())
}

fn anchored<'s>(value: &'s Value, name: &str) -> Option<&'s Value> {
    match value {
        Value::Object(fields) => {
            let names = |keyword: &str| fields.get(keyword).and_then(Value::as_str) == Some(name);
            let by_id = fields.get("$id").and_then(Value::as_str).and_then(|id| id.strip_prefix('#')) == Some(name);
            if names("$anchor") || names("$dynamicAnchor") || by_id {
                return Some(value);
            }
            fields.values().find_map(|field| anchored(field, name))
        }
        Value::Array(items) => items.iter().find_map(|item| anchored(item, name)),
        _ => None,
    }
}

/// Every reference stays within the schema, none leads back to itself without going deeper into the document, and
/// following them does not nest without end.
pub(super) fn check(root: &Value) -> Result<(), SchemaFault> {
    own_references(root, true)?;
    let mut all = Walk::new(root, false);
    all.depth(root, 0)?;
    let mut here = Walk::new(root, true);
    all.seen.into_iter().try_for_each(|schema| here.depth(schema, 0).map(drop))
}

fn own_references(value: &Value, is_root: bool) -> Result<(), SchemaFault> {
    let Value::Object(fields) = value else {
        let items = value.as_array().into_iter().flatten();
        return items.into_iter().try_for_each(|item| own_references(item, false));
    };
    for (keyword, field) in fields {
        match (keyword.as_str(), field) {
            ("$ref" | "$dynamicRef" | "$recursiveRef", Value::String(reference)) if !reference.starts_with('#') => {
                let reference = shown(reference);
                return Err(SchemaFault(format!(
                    "the reference `{reference}` leads out of it; write what it stands for under `$defs` and refer to \
                     that, as in `#/$defs/name`"
                )));
            }
            // References below it would be to another root.
            ("$id", Value::String(id)) if !is_root && !id.starts_with('#') => {
                return Err(SchemaFault(format!(
                    "a part of it has an `$id` of its own, `{}`; leave it out",
                    shown(id)
                )));
            }
            ("const" | "enum" | "default" | "examples", _) => {}
            _ => own_references(field, false)?,
        }
    }
    Ok(())
}

/// How deep a schema nests, references followed, as far as it was found out.
enum Depth {
    /// It is on the way.
    Entered,
    Known(usize),
}

struct Walk<'s> {
    root: &'s Value,
    depths: HashMap<*const Value, Depth>,
    /// Only what applies to the same value.
    only_here: bool,
    seen: Vec<&'s Value>,
}

impl<'s> Walk<'s> {
    fn new(root: &'s Value, only_here: bool) -> Self {
        Walk { root, depths: HashMap::new(), only_here, seen: Vec::new() }
    }

    fn depth(&mut self, schema: &'s Value, nesting: usize) -> Result<usize, SchemaFault> {
        let this = std::ptr::from_ref(schema);
        match self.depths.get(&this) {
            Some(Depth::Entered) if self.only_here => {
                return Err(SchemaFault("a reference leads back to itself, for the same value".to_owned()));
            }
            Some(Depth::Entered) => return Ok(0),
            Some(Depth::Known(depth)) => return Ok(*depth),
            None => {}
        }
        self.seen.push(schema);
        self.depths.insert(this, Depth::Entered);
        let mut deepest = 0;
        for part in parts(self.root, schema) {
            if matches!(part, Part::Here(_)) || !self.only_here {
                deepest = deepest.max(1 + self.depth_within(part.schema(), nesting)?);
            }
        }
        if deepest > MAX_NESTING {
            return Err(too_deep());
        }
        self.depths.insert(this, Depth::Known(deepest));
        Ok(deepest)
    }

    fn depth_within(&mut self, schema: &'s Value, nesting: usize) -> Result<usize, SchemaFault> {
        if nesting > MAX_NESTING { Err(too_deep()) } else { self.depth(schema, nesting + 1) }
    }
}

fn too_deep() -> SchemaFault {
    SchemaFault(format!("its references lead more than {MAX_NESTING} schemas deep"))
}
