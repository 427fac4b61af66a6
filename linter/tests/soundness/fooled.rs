//! Templates that once were called proved, or look as if they could be: `fooled.md`.

use std::fs;

use serde_json::Value as Json;

use crate::family;
use crate::mutations::root;

/// One of them.
pub(crate) struct Fooled {
    pub(crate) name: String,
    pub(crate) definition: family::Definition,
    /// Whether a client gets out; otherwise it only must not be proved, or may be.
    pub(crate) expected: Expected,
}

/// What is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Someone gets out.
    Broken,
    /// Nobody gets out, and it is proved.
    Proved,
    /// Nobody is known to get out, but not for a reason that is followed.
    Unproved,
}

/// All of them. A heading is a name; a fence of `json` has grants for what follows, a fence of `vtl,<action>` a template.
pub(crate) fn fooled() -> Vec<Fooled> {
    let text = fs::read_to_string(root().join("linter/tests/soundness/fooled.md")).unwrap();
    let (mut found, mut name, mut grants) = (Vec::new(), String::new(), Json::Null);
    let mut fence: Option<(String, String)> = None;
    for line in text.lines() {
        match &mut fence {
            Some((info, content)) if line.starts_with("```") => {
                match info.split_once(',') {
                    None => {
                        grants =
                            serde_json::from_str(content).unwrap_or_else(|error| panic!("{name}: {error}"))
                    }
                    Some((word, action)) => {
                        let expected = match word {
                            "proved" => Expected::Proved,
                            "broken" => Expected::Broken,
                            "unproved" => Expected::Unproved,
                            other => panic!("{name}: `{other}` says nothing of a template"),
                        };
                        let definition = family::written(&grants, action, content);
                        found.push(Fooled { name: name.clone(), definition, expected });
                    }
                }
                fence = None;
            }
            Some((_, content)) => {
                content.push_str(line);
                content.push('\n');
            }
            None => {
                if let Some(heading) = line.strip_prefix("## ") {
                    heading.clone_into(&mut name);
                } else if let Some(info) = line.strip_prefix("```") {
                    fence = Some((info.to_owned(), String::new()));
                }
            }
        }
    }
    found
}
