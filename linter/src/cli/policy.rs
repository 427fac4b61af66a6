//! `keybound policy`.

mod role;

use std::io;
use std::path::Path;

use keybound_shared::{
    Answer, Binding, Caller, Claims, Document, Issuer, Loaded, MethodArn, Rules, decide, refusals,
};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::{PolicyArguments, Status, Streams, input};
use crate::finding::{ErrorPlace, RunError};
use crate::report::text::Text;
use crate::report::visible;
use crate::source::SourceFile;

/// Writes what API Gateway and IAM are told: of a caller, or of the role that integrations call DynamoDB with.
pub(super) fn run(arguments: &PolicyArguments, streams: &mut Streams<'_>) -> io::Result<Status> {
    match (&arguments.role, &arguments.claims, &arguments.arn) {
        (Some(route), _, _) => role::run(arguments, route.as_deref(), streams),
        (None, Some(claims), Some(arn)) => of_caller(arguments, claims, arn, streams),
        // The parser asks for both.
        (None, _, _) => Ok(fail(streams, &nowhere("`--claims` or `--arn` is missing".to_owned()))),
    }
}

/// Writes what API Gateway and IAM would be told of a caller, and why the caller has no more.
///
/// Of the claims only `iss` is checked: it picks the issuer. What they hold is never written but as part of the
/// answer itself.
fn of_caller(
    arguments: &PolicyArguments,
    claims_path: &Path,
    arn: &str,
    streams: &mut Streams<'_>,
) -> io::Result<Status> {
    if [&arguments.rules, claims_path].into_iter().all(input::is_standard_input) {
        let message = "`--rules` and `--claims` cannot both be standard input";
        return Ok(fail(streams, &nowhere(message.to_owned())));
    }
    let (Some(rules), Some(claims)) = (rules(arguments, streams), claims(claims_path, streams)) else {
        return Ok(Status::Failed);
    };
    let arn = match MethodArn::parse(arn) {
        Ok(arn) => arn,
        Err(error) => return Ok(fail(streams, &nowhere(error.to_string()))),
    };
    let issuer = match issuer_of(&claims, &rules, claims_path) {
        Ok(issuer) => issuer,
        Err(error) => return Ok(fail(streams, &error)),
    };
    let caller = Caller::bind(&rules, issuer, &claims);
    let decision = decide(&rules, &caller);
    let answers = decision.answer(&arn).and_then(|answer| Ok((answer, decision.session_policy(&arn)?)));
    let told = match answers {
        Ok((answer, session_policy)) => Told { answer, session_policy },
        Err(error) => return Ok(fail(streams, &nowhere(error.to_string()))),
    };
    write(&told, streams)?;
    // Where standard error cannot be written, the answer stands all the same.
    _ = explain(&rules, &caller, &arn, streams);
    Ok(Status::Clean)
}

/// Writes one JSON value to standard output.
fn write(told: &impl Serialize, streams: &mut Streams<'_>) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *streams.out, told)?;
    writeln!(streams.out)
}

/// What is told of a caller.
struct Told {
    answer: Answer,
    session_policy: Option<Document>,
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut told = serializer.serialize_map(Some(3))?;
        told.serialize_entry("policyDocument", self.answer.policy())?;
        let context = self.answer.context().iter().map(|(name, value)| (name.clone(), value.clone().into()));
        told.serialize_entry("context", &context.collect::<serde_json::Map<_, _>>())?;
        told.serialize_entry("sessionPolicy", &self.session_policy)?;
        told.end()
    }
}

/// The rules, with what is wrong with them written.
fn rules(arguments: &PolicyArguments, streams: &mut Streams<'_>) -> Option<Rules> {
    let text = match input::read(&arguments.rules, streams.input) {
        Ok(text) => text,
        Err(error) => {
            fail(streams, &error);
            return None;
        }
    };
    let (rules, problems) = match Rules::load(&text, &|name| std::env::var(name).ok()) {
        Ok(Loaded { rules, warnings, .. }) => (Some(rules), warnings),
        Err(problems) => (None, problems),
    };
    let file = SourceFile::new(input::shown(&arguments.rules), text);
    let report = Text::new(&streams.base, streams.err_screen);
    _ = problems.iter().try_for_each(|problem| report.problem(streams.err, &file, problem));
    rules
}

fn claims(path: &Path, streams: &mut Streams<'_>) -> Option<Claims> {
    let text = input::read(path, streams.input);
    let claims = text.and_then(|text| {
        Claims::parse(text.as_bytes()).map_err(|error| input::failure(path, error.to_string()))
    });
    claims.map_err(|error| fail(streams, &error)).ok()
}

/// The issuer whose `iss` the claims have.
fn issuer_of<'r>(claims: &Claims, rules: &'r Rules, path: &Path) -> Result<&'r Issuer, RunError> {
    let Some(iss) = claims.text("iss") else {
        return Err(input::failure(path, "the claim `iss` is absent or no text".to_owned()));
    };
    let issuers = &rules.written().issuers;
    let found = issuers.iter().find(|issuer| issuer.issuer == iss);
    found.map(|issuer| &**issuer).ok_or_else(|| {
        let known: Vec<String> = issuers.iter().map(|issuer| format!("`{}`", issuer.issuer)).collect();
        let help =
            (!known.is_empty()).then(|| format!("it is compared byte for byte with {}", known.join(", ")));
        let message = "the claim `iss` is that of no issuer of the rules".to_owned();
        RunError { help, ..input::failure(path, message) }
    })
}

/// Writes why variables are unbound and grants not given.
fn explain(rules: &Rules, caller: &Caller<'_>, arn: &MethodArn, streams: &mut Streams<'_>) -> io::Result<()> {
    let apis = &rules.written().authorizer.apis;
    let asked = arn.api_and_stage();
    if !apis.is_empty() && !apis.contains(&asked) {
        let asked = visible::line(&asked);
        writeln!(streams.err, "`{asked}` is not among `authorizer.apis`: everything is denied there")?;
    }
    for (name, binding) in caller.bindings() {
        if let Binding::Unbound(why) = binding {
            writeln!(streams.err, "variable `{}` is unbound: {why}", visible::line(name))?;
        }
    }
    for (grant, why) in refusals(rules, caller) {
        let (name, why) = (visible::line(&grant.name), why.to_string());
        writeln!(streams.err, "grant `{name}` is not given: {}", visible::line(&why))?;
    }
    Ok(())
}

fn nowhere(message: String) -> RunError {
    RunError { place: ErrorPlace::Run, message, help: None }
}

fn fail(streams: &mut Streams<'_>, error: &RunError) -> Status {
    // Where standard error cannot be written, only the status is left to tell.
    _ = Text::new(&streams.base, streams.err_screen).error(streams.err, error);
    Status::Failed
}
