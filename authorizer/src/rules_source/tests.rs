#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::{ExtensionAddressError, ExtensionError, MAX_BYTES, ReadError, RulesSource};

const TIME: Duration = Duration::from_secs(5);

fn source(rules: &str, token: Option<&str>) -> Result<RulesSource, ExtensionAddressError> {
    RulesSource::of_environment(&|name| match name {
        "KEYBOUND_RULES" => Some(rules.to_owned()),
        "AWS_SESSION_TOKEN" => token.map(str::to_owned),
        _ => None,
    })
}

/// Answers one request, and hands over its head.
fn extension(answer: Vec<u8>) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = move || {
        let (mut stream, _) = listener.accept().unwrap();
        let head = BufReader::new(&stream).lines().map(Result::unwrap).take_while(|line| !line.is_empty());
        let head = head.collect();
        // The reader may have had enough before the end.
        let _written = stream.write_all(&answer);
        head
    };
    (port, thread::spawn(serve))
}

fn http(status: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend_from_slice(body);
    answer
}

async fn read(path: &str, answer: Vec<u8>) -> (Result<Vec<u8>, ExtensionError>, Vec<String>) {
    let (port, served) = extension(answer);
    let source = source(&format!("http://localhost:{port}{path}"), Some("a-session-token")).unwrap();
    let read = source.read(TIME).await.map_err(|error| match error {
        ReadError::Extension { cause, .. } => cause,
        _ => panic!("{error}"),
    });
    (read, served.join().unwrap())
}

#[tokio::test]
async fn app_config_answers_with_the_rules_themselves() {
    let path = "/applications/shop/environments/prod/configurations/keybound";
    let (rules, head) = read(path, http("200 OK", b"version: 1\n")).await;
    assert_eq!(rules.unwrap(), b"version: 1\n");
    assert_eq!(head[0], format!("GET {path} HTTP/1.1"));
    // The session token is for the extension that asks for it.
    assert!(!head.iter().any(|line| line.contains("a-session-token")), "{head:?}");
}

#[tokio::test]
async fn parameters_and_secrets_are_members_of_json() {
    let path = "/systemsmanager/parameters/get?name=%2Fshop%2Fkeybound&withDecryption=true";
    let answer = br#"{"Parameter":{"Name":"/shop/keybound","Value":"version: 1\n"},"ResultMetadata":{}}"#;
    let (rules, head) = read(path, http("200 OK", answer)).await;
    assert_eq!(rules.unwrap(), b"version: 1\n");
    assert_eq!(head[0], format!("GET {path} HTTP/1.1"));
    let token = |line: &String| line.eq_ignore_ascii_case("X-Aws-Parameters-Secrets-Token: a-session-token");
    assert!(head.iter().any(token), "{head:?}");

    let answer = br#"{"SecretString":"version: 1\n"}"#;
    let (rules, _) = read("/secretsmanager/get?secretId=keybound", http("200 OK", answer)).await;
    assert_eq!(rules.unwrap(), b"version: 1\n");
    for body in ["", "version: 1", "{}", r#"{"SecretString":1}"#, r#"{"SecretBinary":"dmVyc2lvbjogMQ=="}"#] {
        let (rules, _) = read("/secretsmanager/get?secretId=x", http("200 OK", body.as_bytes())).await;
        assert_eq!(rules.unwrap_err(), ExtensionError::NoValue("SecretString"));
    }
}

#[tokio::test]
async fn what_is_no_answer_is_an_error() {
    let read = async |answer: Vec<u8>| read("/applications/a", answer).await.0.unwrap_err();
    assert_eq!(read(http("400 Bad Request", b"version: 1")).await, ExtensionError::Status(400));
    assert_eq!(
        read(http("302 Found\r\nLocation: http://192.0.2.1/", b"")).await,
        ExtensionError::Status(302)
    );
    assert_eq!(read(http("200 OK", &vec![b'#'; MAX_BYTES + 1])).await, ExtensionError::Body);
    assert_eq!(read(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nver".to_vec()).await, ExtensionError::Body);
    assert_eq!(read(b"version: 1\n".to_vec()).await, ExtensionError::Connection);
    assert_eq!(read(Vec::new()).await, ExtensionError::Connection);
}

#[tokio::test]
async fn an_extension_that_hangs_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let time = Duration::from_millis(50);
    let source = source(&format!("http://127.0.0.1:{port}/applications/a"), None).unwrap();
    let error = source.read(time).await.unwrap_err();
    assert!(matches!(error, ReadError::Extension { cause: ExtensionError::Timeout(_), .. }), "{error}");
}

#[test]
fn only_extensions_on_this_machine_are_addresses_of_rules() {
    let error = |address: &str| source(address, Some("token")).err();
    for address in [
        "https://localhost:2772/applications/a",
        "http://192.0.2.1:2772/applications/a",
        "http://169.254.169.254:80/applications/a",
        "http://localhost.example.com:2772/applications/a",
        "http://localhost@192.0.2.1:2772/applications/a",
        "http://user@localhost:2772/applications/a",
        "http://0.0.0.0:2772/applications/a",
        "http://127.1:2772/applications/a",
        "ftp://localhost:2772/applications/a",
        "s3://bucket/applications/",
    ] {
        assert_eq!(error(address), Some(ExtensionAddressError::NotLoopback), "{address}");
    }
    for address in [
        "http://localhost:2772/",
        "http://localhost:2772/2018-06-01/runtime/invocation/next",
        "http://localhost:2773/systemsmanager/parameters/getall",
        "http://localhost:2773/x/applications/",
    ] {
        assert_eq!(error(address), Some(ExtensionAddressError::UnknownPath), "{address}");
    }
    assert_eq!(error("http://localhost/applications/a"), Some(ExtensionAddressError::NoPort));
    assert_eq!(error("http://local host:2772/applications/a"), Some(ExtensionAddressError::Syntax));
    assert_eq!(error("http://[::1]:2772/applications/a"), None);
    let parameter = "http://localhost:2773/systemsmanager/parameters/get?name=x";
    for token in [None, Some("a\nb")] {
        assert_eq!(source(parameter, token).err(), Some(ExtensionAddressError::NoSessionToken));
    }
}

#[tokio::test]
async fn files_are_read_up_to_a_megabyte_and_beside_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keybound.yaml");
    std::fs::write(&path, "version: 1\n").unwrap();
    std::fs::write(directory.path().join("jwks.json"), "{}").unwrap();
    let source = source(path.to_str().unwrap(), None).unwrap();
    assert_eq!(source.read(TIME).await.unwrap(), b"version: 1\n");
    assert_eq!(source.read_beside("jwks.json").unwrap(), b"{}");
    assert!(matches!(source.read_beside("other.json"), Err(ReadError::File { .. })));

    std::fs::write(&path, vec![b'#'; MAX_BYTES]).unwrap();
    assert_eq!(source.read(TIME).await.unwrap().len(), MAX_BYTES);
    std::fs::write(&path, vec![b'#'; MAX_BYTES + 1]).unwrap();
    assert!(matches!(source.read(TIME).await, Err(ReadError::TooLarge { .. })));
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(source.read(TIME).await, Err(ReadError::File { .. })));
    assert!(matches!(
        RulesSource::file(directory.path().into()).read(TIME).await,
        Err(ReadError::File { .. })
    ));
}

#[test]
fn the_default_is_the_bundle() {
    let source = RulesSource::of_environment(&|_| None).unwrap();
    assert_eq!(source.to_string(), "/var/task/keybound.yaml");
}
