//! Which route API Gateway gives a path to: literals beat parameters from the left, parameters beat `{proxy+}`.

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

/// The route that a path is given to.
pub(crate) fn given<'r>(routes: impl Iterator<Item = &'r str>, path: &[&str]) -> Option<&'r str> {
    routes.filter_map(|route| Some((rank(route, path)?, route))).min().map(|(_, route)| route)
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
        (vec!["a", "b"], Some("/a/b")),
        (vec!["a", "c"], Some("/a/{x}")),
        (vec!["c", "b"], Some("/{x}/b")),
        (vec!["c"], Some("/{r+}")),
        (vec![], None),
    ] {
        assert_eq!(given(routes.into_iter(), &path), route, "{path:?}");
    }
}
