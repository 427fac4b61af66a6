//! The lints. Each is one file with its page, its examples and its check; [`LINTS`] is the one list of them.

mod authorizer_cache;
mod bad_escape;
mod bare_input;
mod broad_role;
mod broken_template;
mod client_chosen_key;
mod client_chosen_target;
mod client_set_header;
mod client_set_status;
mod client_settable_id;
mod client_shaped_value;
mod control_plane_action;
mod crossable_separator;
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
mod mutable_claim_as_key;
mod no_effect_template;
mod no_validator;
mod open_method;
mod outside_grant;
mod overlapping_route;
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
mod unbound_authorizer_value;
mod unbounded_read;
mod uncapped_loop;
mod unconditional_write;
mod uncovered_route;
mod undecided_template;
mod undefined_placeholder;
mod unescaped_input;
mod unescaped_stored_value;
mod unknown_member;
mod unowned_paging;
mod unprojected_read;
mod unproved_route;
mod unsupported_feature;
mod unused_grant;
mod unused_placeholder;
pub(crate) mod unused_suppression;
mod weaker_template;
mod whole_body_forward;
mod wrong_type;

use crate::api::Integration;
use crate::finding::{Finding, LintInfo};

use subject::rules::RulesSubject;
use subject::{RouteSubject, TemplateSubject};

/// A check of a mapping template.
pub type TemplateCheck = fn(&TemplateSubject<'_>, &mut Vec<Finding>);

/// A check of an integration.
pub type IntegrationCheck = fn(&Integration, &mut Vec<Finding>);

/// A check of an integration under access rules.
pub type RouteCheck = fn(&RouteSubject<'_>, &mut Vec<Finding>);

/// A check of access rules.
pub type RulesCheck = fn(&RulesSubject<'_>, &mut Vec<Finding>);

/// What a lint looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// Each mapping template.
    Template(TemplateCheck),
    /// Each integration.
    Integration(IntegrationCheck),
    /// Each mapping template, and each integration: what the one writes, the other may map.
    Both(TemplateCheck, IntegrationCheck),
    /// Each integration, with the access rules for it.
    Route(RouteCheck),
    /// Each file of access rules, with all integrations that are held against it.
    Rules(RulesCheck),
    /// Each mapping template, and each file of access rules.
    TemplateAndRules(TemplateCheck, RulesCheck),
    /// Each integration with the access rules for it, and each file of access rules.
    RouteAndRules(RouteCheck, RulesCheck),
    /// The verdict on an integration: it is reached once all else is known.
    Verdict,
    /// The comments that suppress findings: they are reported once all findings are there.
    Suppression,
}

impl Check {
    /// The check of mapping templates.
    pub fn of_template(self) -> Option<TemplateCheck> {
        match self {
            Self::Template(check) | Self::Both(check, _) | Self::TemplateAndRules(check, _) => Some(check),
            _ => None,
        }
    }

    /// The check of integrations.
    pub fn of_integration(self) -> Option<IntegrationCheck> {
        match self {
            Self::Integration(check) | Self::Both(_, check) => Some(check),
            _ => None,
        }
    }

    /// The check of integrations under access rules.
    pub fn of_route(self) -> Option<RouteCheck> {
        match self {
            Self::Route(check) | Self::RouteAndRules(check, _) => Some(check),
            _ => None,
        }
    }

    /// The check of access rules.
    pub fn of_rules(self) -> Option<RulesCheck> {
        match self {
            Self::Rules(check) | Self::TemplateAndRules(_, check) | Self::RouteAndRules(_, check) => {
                Some(check)
            }
            _ => None,
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
    client_chosen_key::LINT,
    client_chosen_target::LINT,
    client_set_header::LINT,
    client_set_status::LINT,
    client_settable_id::LINT,
    client_shaped_value::LINT,
    control_plane_action::LINT,
    crossable_separator::LINT,
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
    mutable_claim_as_key::LINT,
    no_effect_template::LINT,
    no_validator::LINT,
    open_method::LINT,
    outside_grant::LINT,
    overlapping_route::LINT,
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
    unbound_authorizer_value::LINT,
    unbounded_read::LINT,
    uncapped_loop::LINT,
    unconditional_write::LINT,
    uncovered_route::LINT,
    undecided_template::LINT,
    undefined_placeholder::LINT,
    unescaped_input::LINT,
    unescaped_stored_value::LINT,
    unknown_member::LINT,
    unowned_paging::LINT,
    unprojected_read::LINT,
    unproved_route::LINT,
    unsupported_feature::LINT,
    unused_grant::LINT,
    unused_placeholder::LINT,
    unused_suppression::LINT,
    weaker_template::LINT,
    whole_body_forward::LINT,
    wrong_type::LINT,
];

/// What the verdict on an integration that is neither proved nor broken is reported as.
pub const UNPROVED_ROUTE: LintInfo = unproved_route::LINT.info;

/// Lints whose proven findings break a route: by each of them a caller gets beyond what the rules give.
pub const BREAKING: &[&str] = &[
    "bare-input",
    "client-chosen-key",
    "client-chosen-target",
    "client-set-header",
    "client-shaped-value",
    "expression-injection",
    "mutable-claim-as-key",
    "open-method",
    "outside-grant",
    "overlapping-route",
    "partiql-injection",
    "passthrough",
    "unbound-authorizer-value",
    "uncovered-route",
    "unescaped-input",
    "whole-body-forward",
];
