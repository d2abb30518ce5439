//! Reading the file. Whatever is wrong in it, all of it counts for nothing.

use super::{Entry, Grants};
use crate::config::document::{Fields, Node, Problems, Reader, Source};
use crate::event::{ContentHash, PluginName};
use crate::permission::{Request, read_request};

const CONTENT_REMEDY: &str = "let `orchestrator plugin approve NAME` write it";

pub(super) fn parse(source: &Source) -> Result<Grants, Problems> {
    let tree = source.parse()?;
    let mut reader = Reader::new(source);
    let grants = read(&mut reader, &tree);
    let (grants, odd) = reader.finish(grants)?;
    // A field that is not understood may be a misspelt `deny`.
    if odd.is_empty() { Ok(grants) } else { Err(Problems(odd)) }
}

fn read(reader: &mut Reader<'_>, tree: &Node) -> Option<Grants> {
    let mut grants = Grants::default();
    let mut fields = reader.fields(tree, "permissions file")?;
    let plugins = fields.get("plugins");
    reader.unknown_fields(fields, "the permissions file");
    let Some(plugins) = plugins else { return Some(grants) };
    for (key, node) in reader.fields(plugins, "plugins")?.entries() {
        let entry = entry(reader, node, &key.name);
        match key.name.parse::<PluginName>() {
            Ok(name) => grants.0.extend(entry.map(|entry| (name, entry))),
            Err(error) => reader.problem(key.at, error.to_string(), "write the plugin's `name`"),
        }
    }
    Some(grants)
}

fn entry(reader: &mut Reader<'_>, node: &Node, plugin: &str) -> Option<Entry> {
    let mut fields = reader.fields(node, plugin)?;
    let content = match fields.get("content") {
        Some(content) => hash(reader, content),
        None => {
            reader.problem(node.at, "`content` is missing: a grant is for one content alone", CONTENT_REMEDY);
            None
        }
    };
    let allow = requests(reader, &mut fields, "allow");
    let deny = requests(reader, &mut fields, "deny");
    reader.unknown_fields(fields, "a plugin's entry");
    Some(Entry { content: content?, allow, deny })
}

fn hash(reader: &mut Reader<'_>, node: &Node) -> Option<ContentHash> {
    let text = reader.text(node, "content")?;
    let digits = text.strip_prefix("sha256:").unwrap_or_default();
    if digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
        return Some(ContentHash::from(text));
    }
    reader.problem(node.at, "this is no content hash", CONTENT_REMEDY);
    None
}

fn requests(reader: &mut Reader<'_>, fields: &mut Fields<'_>, name: &'static str) -> Vec<Request> {
    let items = fields.get(name).and_then(|node| reader.list(node, name)).unwrap_or_default();
    items.iter().filter_map(|item| read_request(reader, item)).collect()
}
