//! `pom.xml`: the dependencies that it lists itself; parents and profiles are not resolved.

use roxmltree::{Document, Node};

use super::BadManifest;
use super::requirement::{Dependency, Requirement};

pub fn read(text: &str) -> Result<Vec<Dependency>, BadManifest> {
    let document = Document::parse(text)
        .map_err(|error| BadManifest { line: Some(error.pos().row as usize), message: error.to_string() })?;
    let is_dependency = |node: &Node<'_, '_>| node.tag_name().name() == "dependency";
    Ok(document.descendants().filter(is_dependency).map(|node| dependency(&document, node)).collect())
}

fn dependency(document: &Document<'_>, node: Node<'_, '_>) -> Dependency {
    let text = |name: &str| {
        let child = node.children().find(|child| child.tag_name().name() == name);
        child.and_then(|child| child.text()).map(str::trim).unwrap_or_default()
    };
    let requirement = match (text("version"), text("scope")) {
        (_, "system") => Requirement::Local,
        // Managed by a parent or by `dependencyManagement`.
        ("", _) => Requirement::Inherited,
        (version, _) => Requirement::version(version),
    };
    let line = document.text_pos_at(node.range().start).row as usize;
    Dependency::new(format!("{}:{}", text("groupId"), text("artifactId")), requirement, line)
}
