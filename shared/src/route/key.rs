//! The name of a route: `GET /orders/{orderId}`, or the key of a WebSocket route.

use std::fmt;
use std::str::FromStr;

/// The most segments of a path. Real ones have below ten.
pub const MAX_SEGMENTS: usize = 16;
/// The most bytes of a route.
const MAX_BYTES: usize = 400;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names of RFC 9110 and RFC 5789")]
pub enum Verb {
    Delete,
    Get,
    Head,
    Options,
    Patch,
    Post,
    Put,
}

impl Verb {
    /// The seven that `ANY` stands for.
    pub const ALL: [Self; 7] =
        [Self::Delete, Self::Get, Self::Head, Self::Options, Self::Patch, Self::Post, Self::Put];

    /// How many letters the longest has.
    pub(crate) const LONGEST: usize = Self::Options.name().len();

    /// In capitals.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A part of a path between slashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Just this.
    Literal(String),
    /// `{name}`: any one segment.
    Parameter(String),
    /// `{name+}`: one segment or more, at the end.
    Greedy(String),
}

impl fmt::Display for Segment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => formatter.write_str(text),
            Self::Parameter(name) => write!(formatter, "{{{name}}}"),
            Self::Greedy(name) => write!(formatter, "{{{name}+}}"),
        }
    }
}

/// The path of a route; the root has no segments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    segments: Vec<Segment>,
}

impl Path {
    /// The parts between slashes.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The names of its parameters, greedy or not.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Literal(_) => None,
            Segment::Parameter(name) | Segment::Greedy(name) => Some(name.as_str()),
        })
    }

    /// Whether the other has the same literals and parameters of the same kind at the same places.
    #[must_use]
    pub fn differs_only_in_names(&self, other: &Self) -> bool {
        self.segments.len() == other.segments.len()
            && self.segments.iter().zip(&other.segments).all(|pair| match pair {
                (Segment::Literal(one), Segment::Literal(other)) => one == other,
                (Segment::Parameter(_), Segment::Parameter(_)) | (Segment::Greedy(_), Segment::Greedy(_)) => {
                    true
                }
                _ => false,
            })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.segments.is_empty() {
            return formatter.write_str("/");
        }
        self.segments.iter().try_for_each(|segment| write!(formatter, "/{segment}"))
    }
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// A method and a path of a REST or HTTP API.
    Http(Verb, Path),
    /// The route key of a WebSocket API, such as `$connect`.
    WebSocket(String),
}

impl Route {
    /// The key of the only WebSocket route that an authorizer is asked about.
    pub const CONNECT: &'static str = "$connect";

    /// Reads a route as the rules write it. `ANY` gives its seven verbs; all else gives one route.
    ///
    /// # Errors
    ///
    /// Says what of the text is no route.
    pub fn parse_all(source: &str) -> Result<Vec<Self>, RouteError> {
        if source.len() > MAX_BYTES {
            return Err(RouteError::TooLong);
        }
        let Some((verb, path)) = source.split_once(' ') else { return Ok(vec![Self::web_socket(source)?]) };
        let verbs = if verb == "ANY" { Verb::ALL.to_vec() } else { vec![verb.parse()?] };
        let path: Path = path.parse()?;
        Ok(verbs.into_iter().map(|verb| Self::Http(verb, path.clone())).collect())
    }

    fn web_socket(key: &str) -> Result<Self, RouteError> {
        if key.starts_with('/') {
            return Err(RouteError::NoVerb);
        }
        if Verb::ALL.iter().any(|verb| verb.name() == key) || key == "ANY" {
            return Err(RouteError::NoPath);
        }
        let plain = |character: char| character.is_ascii_alphanumeric() || "_-.:/".contains(character);
        let name = key.strip_prefix('$').unwrap_or(key);
        if name.is_empty() || !name.chars().all(plain) {
            return Err(RouteError::WebSocket(key.to_owned()));
        }
        Ok(Self::WebSocket(key.to_owned()))
    }

    /// Whether an API could have only one of the two: the same verb, and paths that differ in the names of parameters
    /// at most; or the same route key.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Http(verb, path), Self::Http(of, other)) => {
                verb == of && path.differs_only_in_names(other)
            }
            (Self::WebSocket(key), Self::WebSocket(other)) => key == other,
            _ => false,
        }
    }

    /// Verb and path, where it has them.
    #[must_use]
    pub fn http(&self) -> Option<(Verb, &Path)> {
        match self {
            Self::Http(verb, path) => Some((*verb, path)),
            Self::WebSocket(_) => None,
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(verb, path) => write!(formatter, "{verb} {path}"),
            Self::WebSocket(key) => formatter.write_str(key),
        }
    }
}

/// Why a text is no route.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// Longer than a resource of a policy could hold.
    #[error("the route is longer than {MAX_BYTES} bytes, more than a policy's resource has room for")]
    TooLong,
    /// `/orders`.
    #[error("the route has no verb: write `GET /path`, or `ANY /path` for the seven verbs")]
    NoVerb,
    /// `GET`.
    #[error("the route has no path: write `GET /path`")]
    NoPath,
    /// `get /orders`.
    #[error("`{0}` is none of GET, POST, PUT, DELETE, PATCH, HEAD, OPTIONS and ANY (in capitals)")]
    Verb(String),
    /// `GET orders`.
    #[error("the path must begin with `/`")]
    NoSlash,
    /// `GET /orders/` or `GET //`.
    #[error("the path has an empty segment")]
    EmptySegment,
    /// More than sixteen segments.
    #[error("the path has more than {MAX_SEGMENTS} segments")]
    TooDeep,
    /// `GET /{proxy+}/x`.
    #[error("`{{{0}+}}` may stand only at the end")]
    InnerGreedy(String),
    /// `GET /{a}/{a}`.
    #[error("`{{{0}}}` comes twice")]
    ParameterTwice(String),
    /// `GET /{a b}` or `GET /x{a}`.
    #[error(
        "`{0}` is no segment: write a literal of letters, digits and `._~:@!,;=+()-`, or `{{name}}`, or `{{name+}}`"
    )]
    Segment(String),
    /// `send message`.
    #[error("`{0}` is no route key: write `VERB /path`, or the key of a WebSocket route")]
    WebSocket(String),
}

impl FromStr for Verb {
    type Err = RouteError;

    fn from_str(name: &str) -> Result<Self, RouteError> {
        let found = Self::ALL.into_iter().find(|verb| verb.name() == name);
        found.ok_or_else(|| RouteError::Verb(name.to_owned()))
    }
}

impl FromStr for Path {
    type Err = RouteError;

    fn from_str(source: &str) -> Result<Self, RouteError> {
        let rest = source.strip_prefix('/').ok_or(RouteError::NoSlash)?;
        if rest.is_empty() {
            return Ok(Self { segments: Vec::new() });
        }
        let segments: Vec<Segment> = rest.split('/').map(str::parse).collect::<Result<_, _>>()?;
        if segments.len() > MAX_SEGMENTS {
            return Err(RouteError::TooDeep);
        }
        let path = Self { segments };
        if let Some((_, inner)) = path.segments.split_last()
            && let Some(name) = inner.iter().find_map(|segment| match segment {
                Segment::Greedy(name) => Some(name.clone()),
                _ => None,
            })
        {
            return Err(RouteError::InnerGreedy(name));
        }
        let mut names: Vec<&str> = path.parameters().collect();
        names.sort_unstable();
        let twice = names.windows(2).find_map(|pair| match pair {
            [one, other] if one == other => Some((*one).to_owned()),
            _ => None,
        });
        twice.map_or(Ok(path), |name| Err(RouteError::ParameterTwice(name)))
    }
}

impl FromStr for Segment {
    type Err = RouteError;

    fn from_str(source: &str) -> Result<Self, RouteError> {
        if source.is_empty() {
            return Err(RouteError::EmptySegment);
        }
        let wrong = || RouteError::Segment(source.to_owned());
        // Nothing with a meaning in an ARN (`*`, `?`, `$`) or in a URL's encoding (`%`).
        let plain = |text: &str, more: &str| {
            !text.is_empty()
                && text.chars().all(|character| character.is_ascii_alphanumeric() || more.contains(character))
        };
        if let Some(rest) = source.strip_prefix('{') {
            let name = rest.strip_suffix('}').ok_or_else(wrong)?;
            let (name, greedy) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
            if !plain(name, "._-:") {
                return Err(wrong());
            }
            return Ok(if greedy { Self::Greedy(name.to_owned()) } else { Self::Parameter(name.to_owned()) });
        }
        if !plain(source, "._~:@!,;=+()-") || matches!(source, "." | "..") {
            return Err(wrong());
        }
        Ok(Self::Literal(source.to_owned()))
    }
}
