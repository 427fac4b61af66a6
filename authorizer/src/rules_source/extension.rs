//! Lambda extensions that hand out configuration over plain HTTP on this machine. No AWS SDK is needed for it, and the
//! extension does the polling, the caching and the signing.
//!
//! - AppConfig: <https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-integration-lambda-extensions.html>
//! - Parameters and Secrets: <https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html>

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue};
use hyper::http::uri::{PathAndQuery, Scheme};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::MAX_BYTES;

/// The header in which the Parameters and Secrets extension wants the function's session token.
const TOKEN_HEADER: &str = "x-aws-parameters-secrets-token";

/// An address of an extension.
pub(super) struct Extension {
    uri: Uri,
    socket: SocketAddr,
    host: HeaderValue,
    path: PathAndQuery,
    service: Service,
    session_token: Option<HeaderValue>,
}

/// Which extension, and with it what its answer looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Service {
    /// The configuration itself.
    AppConfig,
    /// `Parameter.Value` of a JSON object.
    Parameter,
    /// `SecretString` of a JSON object.
    Secret,
}

/// Why rules are not read from an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtensionAddressError {
    /// It is no address.
    #[error("`KEYBOUND_RULES` is no valid address")]
    Syntax,
    /// Rules from elsewhere could be anyone's.
    #[error(
        "rules are read by `http` from this machine only: `http://localhost:2772/…` or `http://localhost:2773/…`"
    )]
    NotLoopback,
    /// An extension has a port.
    #[error("the address in `KEYBOUND_RULES` needs the extension's port: 2772 or 2773 unless it was changed")]
    NoPort,
    /// It is no address of an extension's configuration.
    #[error(
        "the path in `KEYBOUND_RULES` must begin with `/applications/`, `/systemsmanager/parameters/get` or \
         `/secretsmanager/get`"
    )]
    UnknownPath,
    /// The Parameters and Secrets extension does not answer without it.
    #[error("`AWS_SESSION_TOKEN` is not set or no header value, and the extension asks for it")]
    NoSessionToken,
}

/// Why an extension does not answer with rules. Quotes nothing of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtensionError {
    /// It took too long.
    #[error("no answer within {} ms", .0.as_millis())]
    Timeout(Duration),
    /// Nothing listens, or what listens breaks off.
    #[error("no connection, or no HTTP answer")]
    Connection,
    /// Any status but 200.
    #[error("status {0} in place of 200")]
    Status(u16),
    /// More bytes than rules may have.
    #[error("the answer is larger than {MAX_BYTES} bytes, or broke off")]
    Body,
    /// The answer of the Parameters and Secrets extension is not what is documented.
    #[error("the answer is no JSON object with `{0}`")]
    NoValue(&'static str),
}

impl Extension {
    pub(super) fn parse(address: &str, session_token: Option<String>) -> Result<Self, ExtensionAddressError> {
        let uri: Uri = address.parse().map_err(|_| ExtensionAddressError::Syntax)?;
        let (Some(authority), Some(path)) = (uri.authority(), uri.path_and_query()) else {
            return Err(ExtensionAddressError::Syntax);
        };
        // No name is resolved: whoever answers for names must not choose the rules.
        let host = match authority.host() {
            "localhost" | "127.0.0.1" => IpAddr::V4(Ipv4Addr::LOCALHOST),
            "[::1]" => IpAddr::V6(Ipv6Addr::LOCALHOST),
            _ => return Err(ExtensionAddressError::NotLoopback),
        };
        if uri.scheme() != Some(&Scheme::HTTP) || authority.as_str().contains('@') {
            return Err(ExtensionAddressError::NotLoopback);
        }
        let port = authority.port_u16().ok_or(ExtensionAddressError::NoPort)?;
        let service = match path.path() {
            path if path.starts_with("/applications/") => Service::AppConfig,
            "/systemsmanager/parameters/get" | "/systemsmanager/parameters/get/" => Service::Parameter,
            "/secretsmanager/get" | "/secretsmanager/get/" => Service::Secret,
            _ => return Err(ExtensionAddressError::UnknownPath),
        };
        let session_token = match service {
            Service::AppConfig => None,
            Service::Parameter | Service::Secret => {
                let token = session_token.and_then(|token| HeaderValue::try_from(token).ok());
                let mut token = token.ok_or(ExtensionAddressError::NoSessionToken)?;
                token.set_sensitive(true);
                Some(token)
            }
        };
        Ok(Self {
            socket: SocketAddr::new(host, port),
            host: HeaderValue::try_from(authority.as_str()).map_err(|_| ExtensionAddressError::Syntax)?,
            path: path.clone(),
            service,
            session_token,
            uri,
        })
    }

    /// The configuration as the extension has it now.
    pub(super) async fn read(&self, time: Duration) -> Result<Vec<u8>, ExtensionError> {
        let body = tokio::time::timeout(time, self.fetch()).await;
        let body = body.map_err(|_| ExtensionError::Timeout(time))??;
        match self.service {
            Service::AppConfig => Ok(body.into()),
            Service::Parameter => value(&body, "/Parameter/Value", "Parameter.Value"),
            Service::Secret => value(&body, "/SecretString", "SecretString"),
        }
    }

    /// One connection a request: the extension may close it while the function is frozen.
    async fn fetch(&self) -> Result<Bytes, ExtensionError> {
        let stream = TcpStream::connect(self.socket).await.map_err(|_| ExtensionError::Connection)?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|_| ExtensionError::Connection)?;
        let exchange = async {
            let mut request = Request::get(self.path.as_str()).header(HOST, &self.host);
            if let Some(token) = &self.session_token {
                request = request.header(TOKEN_HEADER, token);
            }
            let request = request.body(Empty::<Bytes>::new()).map_err(|_| ExtensionError::Connection)?;
            let response = sender.send_request(request).await.map_err(|_| ExtensionError::Connection)?;
            if response.status() != StatusCode::OK {
                return Err(ExtensionError::Status(response.status().as_u16()));
            }
            let body = Limited::new(response.into_body(), MAX_BYTES).collect().await;
            Ok(body.map_err(|_| ExtensionError::Body)?.to_bytes())
        };
        // The connection moves its bytes only while it is polled. It may end before the exchange has read the last.
        let connection = async {
            let _ended = connection.await;
            std::future::pending().await
        };
        tokio::select! {
            body = exchange => body,
            never = connection => never,
        }
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uri.fmt(formatter)
    }
}

/// The text at a place of a JSON object.
fn value(body: &[u8], pointer: &str, shown: &'static str) -> Result<Vec<u8>, ExtensionError> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| ExtensionError::NoValue(shown))?;
    let text = answer.pointer(pointer).and_then(Value::as_str);
    text.map(|text| text.as_bytes().to_vec()).ok_or(ExtensionError::NoValue(shown))
}
