//! Which rules answer, and when they are looked at again, at times of the test's choosing.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "fixtures/deployment.rs"]
mod deployment;
#[path = "fixtures/events.rs"]
mod events;
#[path = "fixtures/lambda.rs"]
mod lambda;
#[path = "fixtures/signing.rs"]
mod signing;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use keybound_authorizer::answer::{Failure, Fault};
use keybound_authorizer::edition::CurrentRules;
use keybound_authorizer::handler::{Authorizer, Invocation};
use keybound_authorizer::keys::{Fetcher, Moment};
use keybound_authorizer::rules_source::RulesSource;
use serde_json::{Value, json};

use deployment::{Deployment, RULES, lets_through, token};
use events::{STAGE, rest_token};

type Environment = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

fn authorizer(source: RulesSource, environment: Environment) -> Authorizer {
    Authorizer::new(CurrentRules::new(source, environment, Arc::new(Fetcher::new(None))))
}

fn of(deployment: &Deployment) -> Authorizer {
    authorizer(RulesSource::file(deployment.rules()), Box::new(|_| None))
}

/// What a token's bearer is answered so many seconds after a beginning.
async fn ask(authorizer: &Authorizer, token: &str, begin: Moment, seconds: u64) -> Result<Value, Failure> {
    let begun = begin.after(Duration::from_secs(seconds));
    let deadline = begun.wall() + Duration::from_secs(10);
    let event = rest_token(token, "GET/orders");
    let answer = authorizer.answer(&event, Invocation { request_id: "id", begun, deadline }).await?;
    Ok(serde_json::to_value(answer).unwrap())
}

/// The route of the orders that the answer lets through: as the rules had it when they were read.
fn route(answer: Result<Value, Failure>) -> Result<&'static str, Failure> {
    let answer = answer?;
    let routes = ["GET/orders", "GET/purchases", "GET/invoices"];
    let mut open = routes.into_iter().filter(|route| lets_through(&answer, &format!("{STAGE}{route}")));
    let found = open.next().unwrap();
    assert_eq!(open.next(), None);
    Ok(found)
}

fn rules_with(route: &str) -> String {
    RULES.replace("\"GET /orders\"", &format!("\"GET /{route}\""))
}

#[tokio::test]
async fn attack_59_rules_are_looked_at_every_ten_seconds_and_broken_ones_change_nothing() {
    let deployment = Deployment::with(RULES);
    let (authorizer, begin, token) = (of(&deployment), Moment::now(), token(&json!({})));
    let at = async |seconds| route(ask(&authorizer, &token, begin, seconds).await);
    assert_eq!(at(0).await, Ok("GET/orders"));
    deployment.write(&rules_with("purchases"));
    assert_eq!(at(9).await, Ok("GET/orders"));
    assert_eq!(at(10).await, Ok("GET/purchases"));
    let broken = ["", "\u{feff}", "version: 2\n", "{", "%", &RULES.replace("tenant}", "nobody}"), "\u{0}"];
    let mut seconds = 20;
    for broken in broken.map(str::as_bytes).into_iter().chain([b"version: 1 # \xff".as_slice()]) {
        std::fs::write(deployment.rules(), broken).unwrap();
        assert_eq!(at(seconds).await, Ok("GET/purchases"));
        seconds += 10;
    }
    std::fs::remove_file(deployment.rules()).unwrap();
    assert_eq!(at(seconds).await, Ok("GET/purchases"));
    deployment.write(&rules_with("invoices"));
    assert_eq!(at(seconds + 9).await, Ok("GET/purchases"));
    assert_eq!(at(seconds + 10).await, Ok("GET/invoices"));
    // The same length at the same place, and as old as ever.
    let modified = std::fs::metadata(deployment.rules()).unwrap().modified().unwrap();
    deployment.write(&rules_with("invoices").replace("GET /invoices", "GET /expenses"));
    std::fs::File::options().write(true).open(deployment.rules()).unwrap().set_modified(modified).unwrap();
    let changed = ask(&authorizer, &token, begin, seconds + 20).await.unwrap();
    assert!(lets_through(&changed, &format!("{STAGE}GET/expenses")), "{changed}");
}

#[tokio::test]
async fn attack_60_rules_that_were_never_valid_let_nobody_in() {
    let deployment = Deployment::with("version: 2\n");
    let (authorizer, begin, token) = (of(&deployment), Moment::now(), token(&json!({})));
    let no_rules = Failure::Fault(Fault::NoRules);
    authorizer.prepare(Duration::from_secs(1)).await;
    assert_eq!(ask(&authorizer, &token, begin, 0).await, Err(no_rules.clone()));
    deployment.write(RULES);
    assert_eq!(ask(&authorizer, &token, begin, 9).await, Err(no_rules));
    assert_eq!(route(ask(&authorizer, &token, begin, 11).await), Ok("GET/orders"));
}

#[tokio::test]
async fn a_key_set_beside_the_rules_is_looked_at_with_them() {
    let deployment = Deployment::with(RULES);
    let jwks = deployment.rules().with_file_name("jwks.json");
    let keys = std::fs::read(&jwks).unwrap();
    let (authorizer, begin, token) = (of(&deployment), Moment::now(), token(&json!({})));
    assert!(ask(&authorizer, &token, begin, 0).await.is_ok());
    // Gone or broken: the keys before it stay, with the rules before.
    std::fs::remove_file(&jwks).unwrap();
    assert!(ask(&authorizer, &token, begin, 10).await.is_ok());
    std::fs::write(&jwks, "{}").unwrap();
    assert!(ask(&authorizer, &token, begin, 20).await.is_ok());
    // Another key: the token dies although it was verified before.
    let other = signing::SigningKey::rsa().jwk("rsa", "RS256");
    std::fs::write(&jwks, signing::key_set(&[other])).unwrap();
    assert!(ask(&authorizer, &token, begin, 29).await.is_ok());
    assert_eq!(ask(&authorizer, &token, begin, 30).await, Err(Failure::Unauthorized("signature")));
    std::fs::write(&jwks, keys).unwrap();
    assert!(ask(&authorizer, &token, begin, 40).await.is_ok());

    // There never was one: it may still come.
    std::fs::remove_file(&jwks).unwrap();
    let authorizer = of(&deployment);
    assert_eq!(ask(&authorizer, &token, begin, 0).await, Err(Failure::Fault(Fault::NoRules)));
    std::fs::write(&jwks, signing::key_set(&[signing::SigningKey::rsa().jwk("rsa", "RS256")])).unwrap();
    assert_eq!(ask(&authorizer, &token, begin, 10).await, Err(Failure::Unauthorized("signature")));
}

#[tokio::test]
async fn an_unset_variable_of_the_environment_is_an_error_of_the_rules() {
    let deployment =
        Deployment::with(&RULES.replace("audience: [client-1]", "audience: [\"${env:CLIENT}\"]"));
    let (begin, token) = (Moment::now(), token(&json!({})));
    let with = |client: Option<&'static str>| {
        let environment = move |name: &str| client.filter(|_| name == "CLIENT").map(str::to_owned);
        authorizer(RulesSource::file(deployment.rules()), Box::new(environment))
    };
    assert_eq!(ask(&with(None), &token, begin, 0).await, Err(Failure::Fault(Fault::NoRules)));
    assert_eq!(route(ask(&with(Some("client-1")), &token, begin, 0).await), Ok("GET/orders"));
    assert_eq!(ask(&with(Some("client-2")), &token, begin, 0).await, Err(Failure::Unauthorized("audience")));
}

#[tokio::test]
async fn attack_61_a_panic_costs_one_answer() {
    let rules = RULES.replace("audience: [client-1]", "audience: [\"${env:CLIENT}\"]");
    let deployment = Deployment::with(&rules);
    let (begin, token) = (Moment::now(), token(&json!({})));
    let broken = Arc::new(AtomicBool::new(false));
    let breaks = Arc::clone(&broken);
    let environment = move |_: &str| {
        assert!(!breaks.load(Ordering::Relaxed), "a bug in an environment of the test");
        Some("client-1".to_owned())
    };
    let authorizer = authorizer(RulesSource::file(deployment.rules()), Box::new(environment));
    let at = async |seconds| route(ask(&authorizer, &token, begin, seconds).await);
    assert_eq!(at(0).await, Ok("GET/orders"));
    // While the rules are compiled, with every lock held.
    broken.store(true, Ordering::Relaxed);
    deployment.write(&rules.replace("GET /orders\"", "GET /purchases\""));
    assert_eq!(at(10).await, Err(Failure::Fault(Fault::Panic)));
    assert_eq!(at(11).await, Ok("GET/orders"));
    broken.store(false, Ordering::Relaxed);
    assert_eq!(at(20).await, Ok("GET/purchases"));
}

/// An extension that answers with what is set, and counts the requests.
struct Extension {
    port: u16,
    answer: Arc<Mutex<(&'static str, String)>>,
    asked: Arc<AtomicUsize>,
}

impl Extension {
    fn start(status: &'static str, body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let extension =
            Self { port, answer: Arc::new(Mutex::new((status, body.to_owned()))), asked: Arc::default() };
        let (answer, asked) = (Arc::clone(&extension.answer), Arc::clone(&extension.asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut lines = BufReader::new(&stream).lines();
                while !lines.next().unwrap().unwrap().is_empty() {}
                asked.fetch_add(1, Ordering::Relaxed);
                let (status, body) = answer.lock().unwrap().clone();
                let length = body.len();
                write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
            }
        });
        extension
    }

    fn set(&self, status: &'static str, body: &str) {
        *self.answer.lock().unwrap() = (status, body.to_owned());
    }
}

#[tokio::test]
async fn rules_of_an_extension_are_reloaded_as_files_are() {
    let bundle = Deployment::with(RULES);
    let root = bundle.rules().parent().unwrap().to_str().unwrap().to_owned();
    let extension = Extension::start("200 OK", RULES);
    let address =
        format!("http://localhost:{}/applications/a/environments/b/configurations/c", extension.port);
    let source = RulesSource::of_environment(&|name| match name {
        "KEYBOUND_RULES" => Some(address.clone()),
        "LAMBDA_TASK_ROOT" => Some(root.clone()),
        _ => None,
    });
    let authorizer = authorizer(source.unwrap(), Box::new(|_| None));
    let (begin, token) = (Moment::now(), token(&json!({})));
    let at = async |seconds| route(ask(&authorizer, &token, begin, seconds).await);
    assert_eq!(at(0).await, Ok("GET/orders"));
    extension.set("200 OK", &rules_with("purchases"));
    assert_eq!(at(9).await, Ok("GET/orders"));
    assert_eq!(extension.asked.load(Ordering::Relaxed), 1);
    assert_eq!(at(10).await, Ok("GET/purchases"));
    extension.set("500 Internal Server Error", RULES);
    assert_eq!(at(20).await, Ok("GET/purchases"));
    assert_eq!(at(21).await, Ok("GET/purchases"));
    assert_eq!(extension.asked.load(Ordering::Relaxed), 3);
    extension.set("200 OK", "version: 2");
    assert_eq!(at(30).await, Ok("GET/purchases"));
    extension.set("200 OK", RULES);
    assert_eq!(at(40).await, Ok("GET/orders"));
}

#[test]
fn an_extension_that_is_not_ready_in_the_init_phase_is_asked_by_the_first_request() {
    // https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html
    let bundle = Deployment::with(RULES);
    let root = bundle.rules().parent().unwrap().to_str().unwrap().to_owned();
    let extension = Extension::start("400 Bad Request", "not ready to serve traffic, please wait");
    let rules = format!("http://localhost:{}/systemsmanager/parameters/get?name=keybound", extension.port);
    let environment =
        [("KEYBOUND_RULES", rules.as_str()), ("LAMBDA_TASK_ROOT", &root), ("AWS_SESSION_TOKEN", "s3cret")];
    let mut function = lambda::Function::start(&environment, Box::new(()));
    while extension.asked.load(Ordering::Relaxed) == 0 {
        thread::sleep(Duration::from_millis(5));
    }
    extension.set("200 OK", &json!({"Parameter": {"Value": RULES}}).to_string());
    let event = rest_token(&token(&json!({})), "GET/orders");
    let answer = function.invoke(&event).json();
    assert!(lets_through(&answer, &format!("{STAGE}GET/orders")), "{answer}");
    let finished = function.stop();
    assert!(!finished.lines.join("\n").contains("s3cret"));
}
