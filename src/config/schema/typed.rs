//! Values as people type them, read by what the schema says may stand there.

use serde_json::Value;

use super::defaults::resolve;
use crate::config::json::pointer;

/// The part of a schema that is for the value at `pointer`, if it says anything of it.
pub fn part<'s>(schema: &'s Value, pointer: &str) -> Option<&'s Value> {
    pointer::parts(pointer).iter().try_fold(schema, |at, name| {
        let at = resolve(schema, at);
        let member = at.get("properties").and_then(|members| members.get(name));
        let entry = || name.parse::<usize>().is_ok().then(|| at.get("items")).flatten();
        member.or_else(entry).or_else(|| at.get("additionalProperties").filter(|more| more.is_object()))
    })
}

/// What `text` stands for at `pointer`: itself where the schema wants a text, else JSON; where the schema says nothing,
/// JSON if it is some. The error says what would be right.
pub fn read(schema: Option<&Value>, pointer: &str, text: &str) -> Result<Value, String> {
    let json = || serde_json::from_str::<Value>(text);
    let part = schema.and_then(|schema| Some(resolve(schema, part(schema, pointer)?)));
    if let Some(choices) = part.and_then(|part| part.get("enum")?.as_array()) {
        let chosen = choices.iter().find(|choice| choice.as_str() == Some(text));
        return Ok(chosen.cloned().or_else(|| json().ok()).unwrap_or_else(|| text.into()));
    }
    let types: Vec<&str> = match part.and_then(|part| part.get("type")) {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if types == ["string"] {
        return Ok(text.into());
    }
    match json() {
        Ok(value) => Ok(value),
        Err(_) if types.is_empty() || types.contains(&"string") => Ok(text.into()),
        Err(error) => {
            let field = pointer::words(pointer);
            Err(format!("`{field}` is of type {}: `{text}` is no JSON for it: {error}", types.join(" or ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_word_is_read_by_the_type_that_is_wanted() {
        let schema = json!({"properties": {
            "name": {"type": "string"}, "count": {"type": "integer"}, "mode": {"enum": ["on", 1]},
            "maybe": {"type": ["string", "null"]}, "list": {"type": "array", "items": {"$ref": "#/$defs/text"}},
        }, "$defs": {"text": {"type": "string"}}});
        let read = |pointer: &str, text: &str| read(Some(&schema), pointer, text);
        assert_eq!(read("/name", "12"), Ok(json!("12")));
        assert_eq!(read("/count", "12"), Ok(json!(12)));
        assert!(read("/count", "twelve").unwrap_err().contains("integer"));
        assert_eq!((read("/mode", "on"), read("/mode", "1")), (Ok(json!("on")), Ok(json!(1))));
        assert_eq!((read("/maybe", "null"), read("/maybe", "x")), (Ok(json!(null)), Ok(json!("x"))));
        assert_eq!((read("/list", "[\"a\"]"), read("/list/0", "5")), (Ok(json!(["a"])), Ok(json!("5"))));
        assert_eq!((read("/other", "true"), read("/other", "free text")), (Ok(json!(true)), Ok(json!("free text"))));
    }
}
