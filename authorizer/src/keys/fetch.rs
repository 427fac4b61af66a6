//! Fetching small JSON documents over the network, from places that are allowed.

use std::error::Error as _;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, USER_AGENT};
use hyper::{Request, Response, StatusCode};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use tower_service::Service;

use super::address::Reach;
use super::destination::{Destination, DestinationError, Limits};
use super::discovery::{DiscoveryError, Locator, key_set_address};
use super::set::{KeySet, KeySetError, MAX_BYTES};

/// The longest that a fetch takes: discovery, name resolution, connecting and TLS included.
pub(super) const FETCH_TIME: Duration = Duration::from_secs(5);
/// The part of it that connecting may take, for all addresses of the host together: one that does not answer leaves time
/// for the next.
const CONNECT_TIME: Duration = Duration::from_secs(3);
/// The most bytes of a response's head. hyper takes 400 KB.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// Fetches key sets by https.
pub struct Fetcher {
    /// Trusted in place of Mozilla's roots.
    roots: Option<RootCertStore>,
    /// Made when it is first needed: with bundled keys alone it never is.
    tls: OnceLock<Result<Arc<ClientConfig>, rustls::Error>>,
    runtime_port: Option<u16>,
}

/// Why a key set was not fetched. Says nothing that came from the network, and no address from there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The whole fetch took too long.
    #[error("no answer within {} ms", .0.as_millis())]
    Timeout(Duration),
    /// The host's name has no address that is allowed.
    #[error("the host's name leads to no address that is allowed: the public internet's only")]
    Forbidden,
    /// No connection, no TLS, or the answer broke off or was no HTTP.
    #[error("no connection, or no HTTP answer from the host (TLS and name resolution included)")]
    Connection,
    /// The TLS library refuses its own configuration.
    #[error("TLS is not available: {0}")]
    Tls(String),
    /// Any status but 200; redirects are not followed.
    #[error("status {0} in place of 200 (redirects are not followed)")]
    Status(u16),
    /// The body is compressed although that was not asked for.
    #[error("the answer has a content encoding that was not asked for")]
    Encoding,
    /// More bytes than a key set may have.
    #[error("the answer is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// The discovery document is none, or names what must not be fetched.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// What came is no key set.
    #[error(transparent)]
    KeySet(#[from] KeySetError),
}

impl Fetcher {
    /// A fetcher that trusts Mozilla's certificate roots. `runtime_interface` is what Lambda gives in
    /// `AWS_LAMBDA_RUNTIME_API`, `host:port`: no keys are ever asked there, `insecure_loopback` or not.
    #[must_use]
    pub fn new(runtime_interface: Option<&str>) -> Self {
        // RFC 3986: without a port it is http's.
        let port = |interface: &str| interface.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        let runtime_port = runtime_interface.map(|interface| port(interface).unwrap_or(80));
        Self { roots: None, tls: OnceLock::new(), runtime_port }
    }

    /// The same fetcher, trusting these certificate roots in place of Mozilla's.
    #[must_use]
    pub fn trusting(self, roots: RootCertStore) -> Self {
        Self { roots: Some(roots), tls: OnceLock::new(), ..self }
    }

    pub(super) const fn limits(&self, insecure_loopback: bool) -> Limits {
        Limits { insecure_loopback, runtime_port: self.runtime_port }
    }

    /// Finds and fetches a key set, within `time` altogether.
    pub(super) async fn key_set(
        &self,
        locator: &Locator,
        limits: Limits,
        time: Duration,
    ) -> Result<KeySet, FetchError> {
        let fetch = async {
            let set = match locator {
                Locator::KeySet(address) => self.document(address).await?,
                Locator::Document { issuer, address } => {
                    let document = self.document(address).await?;
                    let found = key_set_address(&document, issuer, address, limits)?;
                    self.document(&found).await?
                }
            };
            Ok(KeySet::parse(&set)?)
        };
        tokio::time::timeout(time, fetch).await.unwrap_or(Err(FetchError::Timeout(time)))
    }

    /// The body of a 200 answer, of at most 256 KB.
    async fn document(&self, from: &Destination) -> Result<Vec<u8>, FetchError> {
        let request = Request::get(from.uri().clone())
            .header(ACCEPT, "application/jwk-set+json, application/json")
            .header(ACCEPT_ENCODING, "identity")
            .header(USER_AGENT, "keybound")
            .body(Empty::<Bytes>::new())
            .map_err(|_| DiscoveryError::Address(DestinationError::Syntax))?;
        let response = self.client(from.reach())?.request(request).await.map_err(|error| {
            if is_forbidden(&error) { FetchError::Forbidden } else { FetchError::Connection }
        })?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let plain = |value: &[u8]| value.eq_ignore_ascii_case(b"identity");
        if response.headers().get_all(CONTENT_ENCODING).iter().any(|value| !plain(value.as_bytes())) {
            return Err(FetchError::Encoding);
        }
        body(response).await
    }

    /// One client a fetch: connections are not kept, since the host closes them while the function is frozen.
    fn client(&self, reach: Reach) -> Result<Client<Connector, Empty<Bytes>>, FetchError> {
        let tls = self.tls.get_or_init(|| self.tls_config()).clone();
        let tls = tls.map_err(|error| FetchError::Tls(error.to_string()))?;
        let mut http =
            HttpConnector::new_with_resolver(AllowedAddresses { reach, names: GaiResolver::new() });
        // Both schemes pass here; which one may be used was judged with the destination.
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECT_TIME));
        let connector = HttpsConnector::from((http, tls));
        let mut client = Client::builder(TokioExecutor::new());
        client.pool_max_idle_per_host(0).http1_max_buf_size(MAX_HEAD_BYTES);
        Ok(client.build(connector))
    }

    fn tls_config(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let config = match &self.roots {
            None => config.with_webpki_roots(),
            Some(roots) => config.with_root_certificates(roots.clone()),
        };
        Ok(Arc::new(config.with_no_client_auth()))
    }
}

type Connector = HttpsConnector<HttpConnector<AllowedAddresses<GaiResolver>>>;

async fn body(response: Response<Incoming>) -> Result<Vec<u8>, FetchError> {
    let mut body = response.into_body();
    // Refused before the first byte where the head says so, and while reading where it says otherwise.
    if body.size_hint().lower() > MAX_BYTES as u64 {
        return Err(FetchError::TooLarge);
    }
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| FetchError::Connection)?.into_data() else { continue };
        if read.len() + data.len() > MAX_BYTES {
            return Err(FetchError::TooLarge);
        }
        read.extend_from_slice(&data);
    }
    Ok(read)
}

/// Resolves names to those of their addresses that are within reach. Since the connection goes to exactly these, a
/// name that resolves differently the next time gains nothing.
#[derive(Clone)]
struct AllowedAddresses<Names> {
    reach: Reach,
    names: Names,
}

/// The name has no address within reach.
#[derive(Debug, thiserror::Error)]
#[error("no address within reach")]
struct NoneWithinReach;

impl<Names> Service<Name> for AllowedAddresses<Names>
where
    Names: Service<Name, Error = io::Error>,
    Names::Response: Iterator<Item = SocketAddr>,
    Names::Future: Send + 'static,
{
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.names.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let reach = self.reach;
        let resolved = self.names.call(name);
        Box::pin(async move {
            let within = resolved.await?.filter(|address| reach.allows(address.ip()));
            let within: Vec<SocketAddr> = within.collect();
            if within.is_empty() { Err(io::Error::other(NoneWithinReach)) } else { Ok(within.into_iter()) }
        })
    }
}

/// Whether no connection was tried because every address was out of reach.
fn is_forbidden(error: &hyper_util::client::legacy::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if error.is::<NoneWithinReach>() || inner.is_some_and(|inner| inner.is::<NoneWithinReach>()) {
            return true;
        }
        source = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    /// Names that all lead to these addresses.
    #[derive(Clone)]
    struct Fixed(&'static [&'static str]);

    impl Service<Name> for Fixed {
        type Response = std::vec::IntoIter<SocketAddr>;
        type Error = io::Error;
        type Future = std::future::Ready<io::Result<Self::Response>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Name) -> Self::Future {
            let addresses = self.0.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0));
            std::future::ready(Ok(addresses.collect::<Vec<_>>().into_iter()))
        }
    }

    async fn resolved(reach: Reach, addresses: &'static [&'static str]) -> io::Result<Vec<String>> {
        let name: Name = "example.com".parse().unwrap();
        let found = AllowedAddresses { reach, names: Fixed(addresses) }.call(name).await?;
        Ok(found.map(|address| address.ip().to_string()).collect())
    }

    #[tokio::test]
    async fn attack_34_a_name_leads_to_its_public_addresses_only() {
        let rebound: &[&str] =
            &["169.254.169.254", "8.8.8.8", "127.0.0.1", "::1", "2600:1f00::1", "fd00:ec2::254"];
        assert_eq!(resolved(Reach::Public, rebound).await.unwrap(), ["8.8.8.8", "2600:1f00::1"]);
        assert_eq!(resolved(Reach::Loopback, rebound).await.unwrap(), ["127.0.0.1", "::1"]);
        let inner = resolved(Reach::Public, &["10.0.0.1", "169.254.169.254"]).await.unwrap_err();
        assert!(inner.get_ref().unwrap().is::<NoneWithinReach>());
    }

    #[tokio::test]
    async fn attack_34_a_name_of_the_machine_itself_is_no_connection() {
        // What only the resolver takes for an address is an address.
        let fetcher = Fetcher::new(None);
        for url in
            ["https://localhost:1/k", "https://127.1:1/k", "https://2130706433:1/k", "https://0x7f.1:1/k"]
        {
            let from = Destination::parse(url, fetcher.limits(false)).unwrap();
            let error = fetcher.document(&from).await.unwrap_err();
            // A resolver that knows no such forms has no address at all.
            let expected = [FetchError::Forbidden, FetchError::Connection];
            assert!(expected.contains(&error), "{url}: {error}");
            if url.contains("localhost") {
                assert_eq!(error, FetchError::Forbidden);
            }
        }
    }

    #[test]
    fn the_port_of_the_runtime_interface_is_known() {
        let port = |interface| Fetcher::new(interface).limits(true).runtime_port;
        assert_eq!(port(Some("127.0.0.1:9001")), Some(9001));
        assert_eq!(port(Some("[::1]:9001")), Some(9001));
        assert_eq!(port(Some("runtime")), Some(80));
        assert_eq!(port(None), None);
    }
}
