//! Which route API Gateway gives a path to. REST APIs: literals beat parameters from the left, parameters beat
//! `{proxy+}`. HTTP APIs: a route without `{proxy+}` beats all that have one, and then the same.

/// Whether a route's path matches a request's, and how well: a digit a segment, less is better.
fn rank(route: &str, path: &[&str]) -> Option<Vec<u8>> {
    let segments: Vec<&str> = route.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut ranks = Vec::new();
    for (number, segment) in segments.iter().enumerate() {
        if segment.ends_with("+}") {
            ranks.push(2);
            return (path.len() > number).then_some(ranks);
        }
        let given = path.get(number)?;
        ranks.push(u8::from(segment.starts_with('{')));
        if !segment.starts_with('{') && segment != given {
            return None;
        }
    }
    (path.len() == segments.len()).then_some(ranks)
}

/// The routes that a path is given to, by the one order and the other.
pub(crate) fn given<'r>(routes: &[&'r str], path: &[&str]) -> Vec<&'r str> {
    let ranked = || routes.iter().filter_map(|route| Some((rank(route, path)?, *route)));
    let rest = ranked().min().map(|(_, route)| route);
    let http = ranked().min_by_key(|(rank, _)| (rank.contains(&2), rank.clone())).map(|(_, route)| route);
    let mut given: Vec<&str> = rest.into_iter().chain(http).collect();
    given.dedup();
    given
}

/// The value of each parameter of a route on a path.
pub(crate) fn parameters<'r, 'p>(route: &'r str, path: &[&'p str]) -> Vec<(&'r str, &'p str)> {
    let segments = route.split('/').filter(|segment| !segment.is_empty());
    segments
        .zip(path)
        .filter_map(|(segment, value)| Some((segment.strip_prefix('{')?.strip_suffix('}')?, *value)))
        .collect()
}

#[test]
fn the_better_route_is_given_the_path() {
    let routes = ["/a/{x}", "/a/b", "/{x}/b", "/{r+}"];
    for (path, route) in [
        (vec!["a", "b"], vec!["/a/b"]),
        (vec!["a", "c"], vec!["/a/{x}"]),
        (vec!["c", "b"], vec!["/{x}/b"]),
        (vec!["c"], vec!["/{r+}"]),
        (vec![], vec![]),
    ] {
        assert_eq!(given(&routes, &path), route, "{path:?}");
    }
    assert_eq!(given(&["/a/{r+}", "/{x}/b"], &["a", "b"]), ["/a/{r+}", "/{x}/b"]);
}
