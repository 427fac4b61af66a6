//! What the linter proves holds: integrations that it calls proved are attacked, request by request.
//!
//! Every request template of such an integration is rendered by the evaluator under hostile requests of all kinds, for
//! callers who hold few grants, and what comes out is judged on its own, by [`keybound_linter::permit`]. Nothing may
//! ever lie outside of the caller's decision. The same attacks on definitions that are known to be broken get out: so
//! it is known that they would.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail by panicking"
)]

#[path = "soundness/attack.rs"]
mod attack;
#[path = "soundness/chooser.rs"]
mod chooser;
#[path = "soundness/family.rs"]
mod family;
#[path = "soundness/fooled.rs"]
mod fooled;
#[path = "soundness/frame.rs"]
mod frame;
#[path = "soundness/hostile.rs"]
mod hostile;
#[path = "soundness/mutations.rs"]
mod mutations;
#[path = "soundness/reads.rs"]
mod reads;
#[path = "soundness/request.rs"]
mod request;
#[path = "soundness/subject.rs"]
mod subject;
#[path = "soundness/visitor.rs"]
mod visitor;

use keybound_linter::finding::Verdict;

use attack::{Tally, attacked};
use mutations::{EXAMPLES, root};
use subject::{Subject, name};

/// How often something is done: so often, or as much more often as `PROPTEST_CASES` is more than 256.
fn times(number: usize) -> usize {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse::<usize>().ok());
    cases.map_or(number, |cases| (number * cases).div_ceil(256))
}

#[test]
fn the_examples_hold() {
    let mut total = Tally::default();
    for example in EXAMPLES {
        let subject = Subject::read(&root().join(example.directory).join(example.definition));
        let rules = &subject.rules.as_ref().unwrap().rules;
        for (number, (integration, told)) in subject.integrations.iter().zip(subject.told()).enumerate() {
            assert_eq!(told.verdict, Verdict::Proved, "{}: {:?}", name(integration), told.findings);
            let (tally, escape) = attacked(rules, integration, number as u64, times(400));
            if let Some(escape) = escape {
                panic!("{escape}");
            }
            // What never gets as far as DynamoDB is no attack.
            assert!(tally.within * 20 > tally.renders, "{}: {tally:?}", name(integration));
            total.add(tally);
        }
    }
}

/// The examples' mutations: none that the linter calls proved is got out of.
#[test]
fn no_mutation_that_is_called_proved_gets_out() {
    let mut judged = 0;
    for mutation in mutations::mutations() {
        let example = mutation.example();
        let definition = mutation.changed(example.definition);
        let subject = Subject::of(example.definition, &definition, &mutation.changed("keybound.yaml"));
        // Rules that do not load prove nothing.
        let Some(rules) = &subject.rules else { continue };
        for integration in &subject.integrations {
            // What changes the rules, or the whole definition, names no route.
            let is_changed = mutation.route.as_ref().is_none_or(|route| *route == name(integration));
            if !is_changed || !subject.seems_proved(integration) {
                continue;
            }
            judged += 1;
            let (_, escape) = attacked(&rules.rules, integration, 1, times(100));
            assert!(escape.is_none(), "{}: {}", mutation.name, escape.unwrap());
        }
    }
    assert!(judged > 10, "{judged} mutations are called proved");
}

/// Definitions that nobody wrote, with rules that are meant to hold them: none that the linter calls proved is got
/// out of.
#[test]
fn no_random_definition_that_is_called_proved_gets_out() {
    let (mut loaded, mut proved, mut total) = (0, 0, Tally::default());
    for seed in 0..times(200) as u64 {
        let mut chooser = chooser::Chooser::seeded(seed);
        let definition = family::definition(&mut chooser);
        let subject = Subject::of("api.json", &definition.api, &definition.rules);
        let Some(rules) = &subject.rules else { continue };
        let [integration] = subject.integrations.as_slice() else {
            panic!("{seed}: not one integration:\n{}", definition.api);
        };
        loaded += 1;
        if !subject.seems_proved(integration) {
            continue;
        }
        proved += 1;
        let (tally, escape) = attacked(&rules.rules, integration, seed, 120);
        assert!(escape.is_none(), "{seed}\n{}\n{}", definition.rules, escape.unwrap());
        total.add(tally);
    }
    // A family whose members are all refused, unproved or never rendered would show nothing.
    assert!(loaded > 0 && proved * 20 > loaded && total.within > 0, "{loaded} {proved} {total:?}");
}

#[test]
fn nothing_fools_the_linter() {
    let mut wrong = Vec::new();
    for (number, case) in fooled::fooled().into_iter().enumerate() {
        let subject = Subject::of("api.json", &case.definition.api, &case.definition.rules);
        let rules =
            &subject.rules.as_ref().unwrap_or_else(|| panic!("{}: the rules do not load", case.name)).rules;
        let integration = &subject.integrations[0];
        let template = integration.request_templates[0].text.text();
        let proved = subject.told()[0].verdict == Verdict::Proved;
        assert_eq!(subject.seems_proved(integration), proved, "{}: {template}", case.name);
        let count = if case.expected == fooled::Expected::Broken { 4000 } else { 200 };
        let (tally, escape) = attacked(rules, integration, number as u64, times(count));
        let is_right = match case.expected {
            fooled::Expected::Broken => !proved && escape.is_some(),
            fooled::Expected::Unproved => !proved && escape.is_none(),
            fooled::Expected::Proved => proved && escape.is_none() && tally.within > 0,
        };
        if !is_right {
            let escape = escape.map_or("no escape".to_owned(), |escape| escape.why);
            wrong.push(format!("{} (proved {proved}, {escape}, {tally:?})\n{template}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
