//! How long a decision and its policy take, against the number of grants: it must grow with the grants that the caller
//! holds, not with all of them.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot start should say why")]
#![allow(missing_docs, reason = "criterion's macros")]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use keybound_shared::{Caller, Claims, MethodArn, Rules, decide};

/// Rules with so many grants, each for a group of its own, on two hundred routes.
fn rules(grants: usize) -> Rules {
    let mut text = String::from(
        "version: 1\nissuers: {main: {issuer: 'https://issuer.example', audience: [app]}}\n\
         tables: {Orders: {key: {partition: PK}}}\nvariables: {tenant: {claim: tenant}}\ngrants:\n",
    );
    for number in 0..grants {
        let route = number % 200;
        writeln!(text, "  - name: grant-{number}").unwrap();
        writeln!(text, "    when: {{groups: group-{number}}}").unwrap();
        writeln!(text, "    table: Orders").unwrap();
        writeln!(text, "    routes: {{'GET /things{route}/{{id}}': [GetItem]}}").unwrap();
        writeln!(text, "    keys: {{PK: 'TENANT#{{tenant}}#*'}}").unwrap();
    }
    Rules::load(&text, &|_| None).unwrap().rules
}

fn claims(held: usize) -> Claims {
    let groups: Vec<String> = (0..held).map(|number| format!("\"group-{number}\"")).collect();
    let json = format!(r#"{{"sub": "u1", "tenant": "acme", "groups": [{}]}}"#, groups.join(","));
    Claims::parse(json.as_bytes()).unwrap()
}

fn answer(rules: &Rules, claims: &Claims, arn: &MethodArn) -> usize {
    let caller = Caller::bind(rules, rules.written().issuers.first().unwrap(), claims);
    decide(rules, &caller).answer(arn).unwrap().to_json().len()
}

fn by_grants(criterion: &mut Criterion) {
    let arn = MethodArn::parse("arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/a").unwrap();
    let claims = claims(3);
    let mut group = criterion.benchmark_group("all grants, three held");
    for grants in [10, 100, 1000, 10_000] {
        let rules = rules(grants);
        group.bench_with_input(BenchmarkId::from_parameter(grants), &rules, |bencher, rules| {
            bencher.iter(|| answer(black_box(rules), black_box(&claims), &arn));
        });
    }
    group.finish();
}

fn by_held(criterion: &mut Criterion) {
    let arn = MethodArn::parse("arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/a").unwrap();
    let rules = rules(1000);
    let mut group = criterion.benchmark_group("held grants, of a thousand");
    for held in [1, 10, 100] {
        let claims = claims(held);
        group.bench_with_input(BenchmarkId::from_parameter(held), &claims, |bencher, claims| {
            bencher.iter(|| answer(&rules, black_box(claims), &arn));
        });
    }
    group.finish();
}

criterion_group!(benches, by_grants, by_held);
criterion_main!(benches);
