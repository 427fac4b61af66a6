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
    eprintln!("{total:?}");
}

#[test]
fn survey() {
    for mutation in mutations::mutations() {
        let begun = std::time::Instant::now();
        let example = mutation.example();
        let subject = Subject::of(
            example.definition,
            &mutation.changed(example.definition),
            &mutation.changed("keybound.yaml"),
        );
        let Some(rules) = &subject.rules else {
            println!("{}: rules do not load", mutation.name);
            continue;
        };
        let read = begun.elapsed();
        let real = std::env::var("REAL").is_ok().then(|| subject.told());
        let mut seconds = (0.0, 0.0);
        let mut said = Vec::new();
        for (number, integration) in subject.integrations.iter().enumerate() {
            let name = name(integration);
            if mutation.route.as_ref().is_some_and(|route| *route != name) {
                continue;
            }
            let begun = std::time::Instant::now();
            let proved = subject.seems_proved(integration);
            seconds.0 += begun.elapsed().as_secs_f64();
            let real = real.as_ref().map(|told| format!("{:?}", told[number].verdict));
            let begun = std::time::Instant::now();
            let (tally, escape) = attacked(&rules.rules, integration, 1, times(300));
            seconds.1 += begun.elapsed().as_secs_f64();
            if !proved || escape.is_some() || mutation.route.is_some() {
                said.push(format!(
                    "{name} proved={proved} {} escape={}@{}",
                    real.unwrap_or_default(),
                    escape.as_ref().map_or("-".to_owned(), |e| e.why.clone()),
                    tally.renders
                ));
                if proved && escape.is_some() {
                    println!("UNSOUND {}", escape.unwrap());
                }
            }
        }
        println!(
            "{} | {} | {} | {read:?} {seconds:?}",
            mutation.name,
            mutation.expect.join(","),
            said.join("; ")
        );
    }
}

#[test]
fn census() {
    let begun = std::time::Instant::now();
    let (mut loaded, mut proved, mut tally, mut refused) = (0, 0, Tally::default(), 0);
    let count = times(300);
    let from: u64 = std::env::var("FROM").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut by_action: std::collections::BTreeMap<String, (usize, usize, usize)> = Default::default();
    let (mut making, mut judging, mut attacking) = (0.0, 0.0, 0.0);
    for seed in from..from + count as u64 {
        let at = std::time::Instant::now();
        let mut chooser = chooser::Chooser::seeded(seed);
        let definition = family::definition(&mut chooser);
        let subject = Subject::of("api.json", &definition.api, &definition.rules);
        making += at.elapsed().as_secs_f64();
        let Some(rules) = &subject.rules else {
            refused += 1;
            if std::env::var("SHOW").is_ok() {
                println!(
                    "REFUSED {:?}",
                    keybound_shared::Rules::load(&definition.rules, &|_| None)
                        .err()
                        .map(|p| p.iter().map(|p| p.message.clone()).collect::<Vec<_>>())
                );
            }
            continue;
        };
        loaded += 1;
        let [integration] = subject.integrations.as_slice() else {
            println!("{seed}: no integration");
            continue;
        };
        let at = std::time::Instant::now();
        let is = subject.seems_proved(integration);
        judging += at.elapsed().as_secs_f64();
        let entry = by_action.entry(format!("{:?}", subject::action(integration).unwrap())).or_default();
        entry.0 += 1;
        if !is {
            if std::env::var("UNPROVED").is_ok() {
                let told = subject.told();
                let (_, escape) = attacked(&rules.rules, integration, seed, 150);
                if told[0].verdict == Verdict::Undecided && escape.is_none() {
                    println!(
                        "=== {seed} {:?}\n{}\n{}",
                        told[0].findings,
                        definition.rules,
                        integration.request_templates[0].text.text()
                    );
                }
            }
            continue;
        }
        proved += 1;
        entry.1 += 1;
        let at = std::time::Instant::now();
        let (own, escape) = attacked(&rules.rules, integration, seed, 120);
        attacking += at.elapsed().as_secs_f64();
        if own.within > 0 {
            entry.2 += 1;
        }
        tally.add(own);
        if let Some(escape) = escape {
            println!("=== {seed}\n{}\n{escape}", definition.rules);
        }
    }
    println!(
        "loaded {loaded} refused {refused} proved {proved} {tally:?} {:?} {making} {judging} {attacking}",
        begun.elapsed()
    );
    println!("{by_action:#?}");
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
        let (tally, escape) = attacked(rules, integration, number as u64, times(600));
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
