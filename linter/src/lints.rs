//! The lints. Each is one file with its page, its examples and its check; [`LINTS`] is the one list of them.

mod bad_escape;
mod bare_input;
mod broken_template;
mod client_chosen_target;
mod client_shaped_value;
mod dead_comparison;
mod directive_in_text;
mod expression_injection;
mod hyphen_name;
mod jsonpath_injection;
mod map_as_json;
mod no_effect_template;
mod open_method;
mod partiql_injection;
mod passthrough;
mod quoted_json;
mod silent_set;
mod stray_output;
mod string_truth;
pub mod subject;
mod uncapped_loop;
mod undecided_template;
mod unescaped_input;
mod unescaped_stored_value;
mod unsupported_feature;
pub(crate) mod unused_suppression;
mod whole_body_forward;

use crate::api::Integration;
use crate::finding::{Finding, LintInfo};

use subject::TemplateSubject;

/// What a lint looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// Each mapping template.
    Template(fn(&TemplateSubject<'_>, &mut Vec<Finding>)),
    /// Each integration.
    Integration(fn(&Integration, &mut Vec<Finding>)),
    /// The comments that suppress findings: they are reported once all findings are there.
    Suppression,
}

/// A lint.
#[derive(Clone, Copy)]
pub struct Lint {
    /// What it says of itself.
    pub info: LintInfo,
    /// What it does.
    pub check: Check,
}

/// Every lint, by name.
pub const LINTS: &[Lint] = &[
    bad_escape::LINT,
    bare_input::LINT,
    broken_template::LINT,
    client_chosen_target::LINT,
    client_shaped_value::LINT,
    dead_comparison::LINT,
    directive_in_text::LINT,
    expression_injection::LINT,
    hyphen_name::LINT,
    jsonpath_injection::LINT,
    map_as_json::LINT,
    no_effect_template::LINT,
    open_method::LINT,
    partiql_injection::LINT,
    passthrough::LINT,
    quoted_json::LINT,
    silent_set::LINT,
    stray_output::LINT,
    string_truth::LINT,
    uncapped_loop::LINT,
    undecided_template::LINT,
    unescaped_input::LINT,
    unescaped_stored_value::LINT,
    unsupported_feature::LINT,
    unused_suppression::LINT,
    whole_body_forward::LINT,
];
