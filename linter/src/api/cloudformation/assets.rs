//! What CDK synthesizes beside a template: the assets that it names by where they are uploaded.

use std::collections::HashMap;

use crate::source::{Node, SourceFile};

use super::include::{Included, Includes};
use super::value::literal;

/// The assets of a template, from the file that lists them beside it: `Orders.assets.json` of
/// `Orders.template.json`.
#[derive(Debug, Default)]
pub(super) struct Assets {
    /// Files beside the template by their keys in the bucket.
    paths: HashMap<String, String>,
}

impl Assets {
    /// The assets that are listed for a template.
    pub(super) fn of(template: &SourceFile, includes: &Includes<'_>) -> Self {
        let name = template.path().file_name().and_then(|name| name.to_str());
        let list = name.and_then(|name| name.strip_suffix(".template.json"));
        let list = list.and_then(|stack| includes.load(&format!("{stack}.assets.json"), template));
        let mut paths = HashMap::new();
        let files = list.as_ref().and_then(|list| list.root.get("files")).map(Node::members);
        for (_, asset) in files.unwrap_or_default() {
            let path = asset.get("source").and_then(|source| source.get("path")).and_then(Node::as_str);
            for (_, destination) in asset.get("destinations").map(Node::members).unwrap_or_default() {
                if let (Some(key), Some(path)) = (destination.get("objectKey").and_then(Node::as_str), path) {
                    paths.insert(key.to_owned(), path.to_owned());
                }
            }
        }
        Self { paths }
    }

    /// The file that is uploaded under a key. `template` is the one beside which assets lie.
    pub(super) fn load(
        &self,
        key: &Node,
        template: &SourceFile,
        includes: &Includes<'_>,
    ) -> Option<Included> {
        includes.load(self.paths.get(&literal(key)?)?, template)
    }

    /// The file at an address, whatever its bucket: the address ends with the key.
    pub(super) fn load_address(
        &self,
        address: &str,
        template: &SourceFile,
        includes: &Includes<'_>,
    ) -> Option<Included> {
        let known = |at: usize| self.paths.get(address.get(at + 1..)?);
        let path = address.match_indices('/').find_map(|(at, _)| known(at))?;
        includes.load(path, template)
    }
}
