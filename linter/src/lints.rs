//! The lints. Each is one file with its page, its examples and its check; [`LINTS`] is the one list of them.

mod authorizer_cache;
mod bad_escape;
mod bare_input;
mod broad_role;
mod broken_template;
mod client_chosen_target;
mod client_set_header;
mod client_set_status;
mod client_settable_id;
mod client_shaped_value;
mod control_plane_action;
mod dead_comparison;
mod directive_in_text;
mod empty_prefix;
mod error_as_success;
mod expression_injection;
mod hyphen_name;
mod jsonpath_injection;
mod leaking_error;
mod map_as_json;
mod missing_member;
mod no_effect_template;
mod open_method;
mod partiql_injection;
mod passthrough;
mod quoted_json;
mod raw_response;
mod reserved_word;
mod returns_old_item;
mod secret_echo;
mod silent_set;
mod stray_output;
mod string_truth;
pub mod subject;
mod table_scan;
mod unbounded_read;
mod uncapped_loop;
mod unconditional_write;
mod undecided_template;
mod undefined_placeholder;
mod unescaped_input;
mod unescaped_stored_value;
mod unknown_member;
mod unowned_paging;
mod unprojected_read;
mod unsupported_feature;
mod unused_placeholder;
pub(crate) mod unused_suppression;
mod weaker_template;
mod whole_body_forward;
mod wrong_type;

use crate::api::Integration;
use crate::finding::{Finding, LintInfo};

use subject::TemplateSubject;

/// A check of a mapping template.
pub type TemplateCheck = fn(&TemplateSubject<'_>, &mut Vec<Finding>);

/// A check of an integration.
pub type IntegrationCheck = fn(&Integration, &mut Vec<Finding>);

/// What a lint looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// Each mapping template.
    Template(TemplateCheck),
    /// Each integration.
    Integration(IntegrationCheck),
    /// Each mapping template, and each integration: what the one writes, the other may map.
    Both(TemplateCheck, IntegrationCheck),
    /// The comments that suppress findings: they are reported once all findings are there.
    Suppression,
}

impl Check {
    /// The check of mapping templates.
    pub fn of_template(self) -> Option<TemplateCheck> {
        match self {
            Self::Template(check) | Self::Both(check, _) => Some(check),
            Self::Integration(_) | Self::Suppression => None,
        }
    }

    /// The check of integrations.
    pub fn of_integration(self) -> Option<IntegrationCheck> {
        match self {
            Self::Integration(check) | Self::Both(_, check) => Some(check),
            Self::Template(_) | Self::Suppression => None,
        }
    }
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
    authorizer_cache::LINT,
    bad_escape::LINT,
    bare_input::LINT,
    broad_role::LINT,
    broken_template::LINT,
    client_chosen_target::LINT,
    client_set_header::LINT,
    client_set_status::LINT,
    client_settable_id::LINT,
    client_shaped_value::LINT,
    control_plane_action::LINT,
    dead_comparison::LINT,
    directive_in_text::LINT,
    empty_prefix::LINT,
    error_as_success::LINT,
    expression_injection::LINT,
    hyphen_name::LINT,
    jsonpath_injection::LINT,
    leaking_error::LINT,
    map_as_json::LINT,
    missing_member::LINT,
    no_effect_template::LINT,
    open_method::LINT,
    partiql_injection::LINT,
    passthrough::LINT,
    quoted_json::LINT,
    raw_response::LINT,
    reserved_word::LINT,
    returns_old_item::LINT,
    secret_echo::LINT,
    silent_set::LINT,
    stray_output::LINT,
    string_truth::LINT,
    table_scan::LINT,
    unbounded_read::LINT,
    uncapped_loop::LINT,
    unconditional_write::LINT,
    undecided_template::LINT,
    undefined_placeholder::LINT,
    unescaped_input::LINT,
    unescaped_stored_value::LINT,
    unknown_member::LINT,
    unowned_paging::LINT,
    unprojected_read::LINT,
    unsupported_feature::LINT,
    unused_placeholder::LINT,
    unused_suppression::LINT,
    weaker_template::LINT,
    whole_body_forward::LINT,
    wrong_type::LINT,
];
