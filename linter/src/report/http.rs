//! The HTTP request of a proof as text: its target, and a `curl` line that sends it.

use std::borrow::Cow;

use crate::finding::{Credential, ProofRequest, percent_encoded};

/// The path and query as they stand in the request's first line.
pub fn target(request: &ProofRequest) -> String {
    let mut target = request.path.clone();
    for (nth, (name, value)) in request.query.iter().enumerate() {
        target.push(if nth == 0 { '?' } else { '&' });
        target.push_str(&percent_encoded(name));
        target.push('=');
        target.push_str(&percent_encoded(value));
    }
    target
}

/// A shell command that sends the request to the API at `$API` (`https://…/stage`), as a caller with the token
/// `$TOKEN`, the key `$API_KEY` or AWS's credentials where the method asks for them. None where no shell word can hold
/// it, for a NUL byte; none where the request is not all; and none for WebSocket connections, which curl does not speak
/// everywhere.
pub fn curl(request: &ProofRequest) -> Option<String> {
    curl_words(request).map(|words| words.join(" "))
}

/// What [`curl`] is put together from: the program, and options each with what it takes.
pub fn curl_words(request: &ProofRequest) -> Option<Vec<String>> {
    if request.is_websocket() || !request.unsent.is_empty() {
        return None;
    }
    let mut words = vec!["curl".to_owned()];
    let target = target(request);
    // curl itself would take `/../` and `/./` out of a path, and ranges out of brackets.
    if target.contains("/.") {
        words.push("--path-as-is".to_owned());
    }
    if target.contains(['[', ']', '{', '}']) {
        words.push("--globoff".to_owned());
    }
    if request.method != if request.body.is_some() { "POST" } else { "GET" } {
        words.push(format!("-X {}", quoted(&request.method)));
    }
    words.push(format!("\"$API\"{}", quoted(&target)));
    let names_caller = request.context.iter().any(|(name, _)| name.starts_with("authorizer."));
    let is_sent = |wanted: &str| request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    match &request.credential {
        Some(Credential::Token(name)) if !is_sent(name) => {
            words.push(format!("-H {}\"$TOKEN\"", quoted(&format!("{name}: "))));
        }
        Some(Credential::ApiKey) if !is_sent("x-api-key") => {
            words.push("-H x-api-key:\"$API_KEY\"".to_owned())
        }
        Some(Credential::Signature) if !is_sent("authorization") => words.extend([
            "--aws-sigv4 aws:amz:\"$AWS_REGION\":execute-api".to_owned(),
            "--user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"".to_owned(),
        ]),
        None if names_caller && !is_sent("authorization") => {
            words.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
        }
        _ => {}
    }
    for (name, value) in &request.headers {
        // curl drops a header with nothing after the colon; with a semicolon it sends it empty.
        let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        words.push(format!("-H {}", quoted(&header)));
    }
    if let Some(body) = &request.body {
        // On its own, curl would call any body a form.
        if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            words.push("-H content-type:".to_owned());
        }
        words.push(format!("--data-raw {}", quoted(body)));
    }
    words.iter().all(|word| !word.contains('\0')).then_some(words)
}

/// A text as one word of a POSIX shell.
fn quoted(text: &str) -> Cow<'_, str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"%+,-./:=@_".contains(&b);
    if !text.is_empty() && text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str) -> ProofRequest {
        ProofRequest {
            method: "GET".into(),
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            context: Vec::new(),
            path_parameters: Vec::new(),
            stage_variables: Vec::new(),
            placeholders: Vec::new(),
            credential: None,
            unsent: Vec::new(),
        }
    }

    #[test]
    fn nothing_for_websockets() {
        let message =
            ProofRequest { method: ProofRequest::MESSAGE.into(), body: Some("{}".into()), ..get("save") };
        assert_eq!(curl(&message), None);
        let connect = ProofRequest { headers: vec![("Upgrade".into(), "websocket".into())], ..get("/") };
        assert_eq!(curl(&connect), None);
    }

    #[test]
    fn nothing_where_the_request_is_not_all() {
        assert_eq!(curl(&ProofRequest { unsent: vec!["$context.requestId".into()], ..get("/a") }), None);
    }

    #[test]
    fn what_the_method_asks_for_is_in_the_line() {
        let line = |credential| curl(&ProofRequest { credential: Some(credential), ..get("/a") }).unwrap();
        assert_eq!(line(Credential::Token("X-Token".into())), r#"curl "$API"/a -H 'X-Token: '"$TOKEN""#);
        assert_eq!(line(Credential::ApiKey), r#"curl "$API"/a -H x-api-key:"$API_KEY""#);
        assert_eq!(
            line(Credential::Signature),
            r#"curl "$API"/a --aws-sigv4 aws:amz:"$AWS_REGION":execute-api --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY""#
        );
    }

    #[test]
    fn curl_lines() {
        let plain = get("/orders/x%22");
        assert_eq!(curl(&plain).unwrap(), r#"curl "$API"/orders/x%22"#);

        let query = ProofRequest {
            query: vec![("q".into(), "a b'&é".into()), ("r".into(), String::new())],
            ..plain
        };
        assert_eq!(curl(&query).unwrap(), r#"curl "$API"'/orders/x%22?q=a%20b%27%26%C3%A9&r='"#);

        let put = ProofRequest {
            method: "PUT".into(),
            headers: vec![
                ("content-type".into(), "application/json".into()),
                ("x-empty".into(), String::new()),
            ],
            body: Some("{\"a\": \"it's $HOME\n\"}".into()),
            context: vec![("authorizer.tenant".into(), "t1".into())],
            ..get("/orders/../x")
        };
        assert_eq!(
            curl(&put).unwrap(),
            "curl --path-as-is -X PUT \"$API\"/orders/../x -H \"Authorization: Bearer $TOKEN\" \
             -H 'content-type: application/json' -H 'x-empty;' --data-raw '{\"a\": \"it'\\''s $HOME\n\"}'"
        );

        let post = ProofRequest { method: "POST".into(), body: Some("@file".into()), ..get("/") };
        assert_eq!(curl(&post).unwrap(), r#"curl "$API"/ -H content-type: --data-raw @file"#);

        assert_eq!(curl(&ProofRequest { body: Some("\0".into()), ..get("/") }), None);
    }
}
