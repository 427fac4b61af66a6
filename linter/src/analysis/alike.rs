//! Whether definitions that were changed say the same as before.

use std::path::PathBuf;

use keybound_vtl::parse::parse;

use super::{Settings, distinct, read};
use crate::access_rules::RuleSets;
use crate::api::discovery::Unit;
use crate::api::{Integration, MappingTemplate, RestKind, lone_template};
use crate::keybound_file::KeyboundFiles;
use crate::proof::Prover;
use crate::proof::prover::Target;
use crate::render::{self, Direction, Setting};
use crate::source::HostSpan;

/// The templates that render plain requests otherwise when files have the texts of `after`: the canonical path of the
/// file that each stands in now, and where. None where there are other integrations or templates then. A member `added`
/// at the root is no difference.
pub fn rendered_otherwise(
    paths: &[PathBuf],
    before: &Settings,
    after: &Settings,
    added: Option<&str>,
) -> Option<Vec<(PathBuf, HostSpan)>> {
    let (before, after) = (units(paths, before), units(paths, after));
    let (before, after) = (distinct(&before), distinct(&after));
    if before.len() != after.len() {
        return None;
    }
    let mut unlike = Vec::new();
    for ((unit, before), (_, after)) in before.into_iter().zip(after) {
        if before.route != after.route || before.action != after.action {
            return None;
        }
        for (template, direction, changed) in pairs(unit, before, after)? {
            if template.text != changed.text && !is_alike(before, template, direction, changed, added) {
                let path = template.host.file.path();
                let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
                unlike.push((path, template.host.whole));
            }
        }
    }
    Some(unlike)
}

fn units(paths: &[PathBuf], settings: &Settings) -> Vec<Unit> {
    let mut files = KeyboundFiles::default();
    let mut rule_sets = RuleSets::new(settings.rules.clone(), &mut files);
    let (read, _) = read(paths, settings, &mut rule_sets, &mut files);
    read.into_iter().flatten().collect()
}

/// The templates of an integration, each with its way and with what it becomes. Responses may be added behind those
/// that there are.
fn pairs<'a>(
    unit: &Unit,
    before: &'a Integration,
    after: &'a Integration,
) -> Option<Vec<(&'a MappingTemplate, Direction, &'a MappingTemplate)>> {
    if before.kind == RestKind::Http {
        return Some(Vec::new());
    }
    let lone = unit.lone_template.as_ref().map(|lone| lone.direction);
    let is_response = lone == Some(lone_template::Direction::Response);
    let own = if is_response { Direction::Response } else { Direction::Request };
    let mut all = vec![(&before.request_templates, own, &after.request_templates)];
    if before.responses.len() > after.responses.len() {
        return None;
    }
    let responses = before.responses.iter().zip(&after.responses);
    all.extend(responses.map(|(before, after)| (&before.templates, Direction::Response, &after.templates)));
    let is_same = all.iter().all(|(before, _, after)| before.len() == after.len());
    is_same.then(|| {
        let of = |(before, way, after): (&'a Vec<MappingTemplate>, Direction, &'a Vec<MappingTemplate>)| {
            before.iter().zip(after).map(move |(before, after)| (before, way, after))
        };
        all.into_iter().flat_map(of).collect()
    })
}

fn is_alike(
    integration: &Integration,
    template: &MappingTemplate,
    direction: Direction,
    changed: &MappingTemplate,
    added: Option<&str>,
) -> bool {
    let (tree, errors) = parse(&template.text);
    if !errors.is_empty() {
        return false;
    }
    let skeleton = render::render(&template.text, &tree, &Setting::of(integration, template, direction));
    let target = Target::of(integration, template, direction);
    let prover = Prover::new(&template.text, &tree, &skeleton, direction, target);
    prover.renders_alike_everywhere(&changed.text, added)
}
