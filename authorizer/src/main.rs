//! The Lambda function `bootstrap`: answers API Gateway's authorizer events by the access rules.

use std::env;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use keybound_authorizer::edition::CurrentRules;
use keybound_authorizer::handler::{Authorizer, Invocation};
use keybound_authorizer::keys::{Fetcher, Moment};
use keybound_authorizer::log;
use keybound_authorizer::rules_source::RulesSource;
use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use serde_json::Value;
use tracing::level_filters::LevelFilter;

/// The longest that rules and keys are waited for before the first request. Lambda gives ten seconds to the init phase.
const PREPARATION_TIME: Duration = Duration::from_secs(5);

/// What `lambda_runtime` takes for granted. Lambda always sets it.
const LAMBDA_VARIABLES: [&str; 4] = [
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
];

fn main() -> ExitCode {
    let level = log::level(&variable);
    if let Err(error) = log::install(level.unwrap_or(LevelFilter::INFO)) {
        eprintln!("error: no log: {error}");
        return ExitCode::FAILURE;
    }
    if let Err(name) = level {
        tracing::warn!(target: "keybound::log", name, "not one of off, error, warn, info, debug and trace");
    }
    if let Some(missing) = LAMBDA_VARIABLES.into_iter().find(|name| env::var_os(name).is_none()) {
        tracing::error!(target: "keybound::lambda", missing, "this program runs in AWS Lambda, which sets this");
        return ExitCode::FAILURE;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map(|runtime| runtime.block_on(serve())) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            tracing::error!(target: "keybound::lambda", detail = %error, "the function ends");
            ExitCode::FAILURE
        }
        Err(error) => {
            tracing::error!(target: "keybound::lambda", detail = %error, "no asynchronous runtime");
            ExitCode::FAILURE
        }
    }
}

/// Serves one invocation after the other. Lambda gives a second one to another copy of the function; the exception,
/// managed instances with `AWS_LAMBDA_MAX_CONCURRENCY`, is not worth threads here, since no answer waits for long.
async fn serve() -> Result<(), lambda_runtime::Error> {
    let source = RulesSource::of_environment(&variable)?;
    let runtime_interface = variable("AWS_LAMBDA_RUNTIME_API");
    let fetcher = Arc::new(Fetcher::new(runtime_interface.as_deref()));
    let authorizer = Authorizer::new(CurrentRules::new(source, Box::new(variable), fetcher));
    authorizer.prepare(PREPARATION_TIME).await;
    let authorizer = &authorizer;
    // Without `lambda_runtime::run`'s span for every invocation: the one line of a decision has all that it would say.
    Runtime::new(service_fn(|event: LambdaEvent<Value>| async move {
        let invocation = Invocation {
            request_id: &event.context.request_id,
            begun: Moment::now(),
            deadline: event.context.deadline(),
        };
        authorizer.answer(&event.payload, invocation).await
    }))
    .run()
    .await
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}
