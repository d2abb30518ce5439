//! A JSON text in the usual form: an entry a line, two blanks a level. Every scalar stays as it was written.

use super::span::{Content, Node};

pub(super) fn formatted(text: &str, root: &Node) -> String {
    let mut out = String::with_capacity(text.len());
    write(&mut out, text, root, 0);
    out.push('\n');
    out
}

fn write(out: &mut String, text: &str, node: &Node, depth: usize) {
    let close = match &node.content {
        Content::Scalar => return out.push_str(&text[node.range.clone()]),
        Content::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                line(out, place, depth + 1);
                write(out, text, item, depth + 1);
            }
            (items.is_empty(), ']')
        }
        Content::Object(members) => {
            out.push('{');
            for (place, member) in members.iter().enumerate() {
                line(out, place, depth + 1);
                out.push_str(&serde_json::Value::from(member.name.as_str()).to_string());
                out.push_str(": ");
                write(out, text, &member.value, depth + 1);
            }
            (members.is_empty(), '}')
        }
    };
    if let (false, _) = close {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(close.1);
}

fn line(out: &mut String, place: usize, depth: usize) {
    if place > 0 {
        out.push(',');
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}
