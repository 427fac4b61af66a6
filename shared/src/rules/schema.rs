//! The JSON Schema of `keybound.yaml`, for editors.

/// The schema, draft 2020-12. Every file that is valid by `Rules::load` and by `LintSettings::read` is valid by it; the
/// reverse does not hold.
pub const SCHEMA: &str = include_str!("keybound.schema.json");

#[cfg(test)]
pub(in crate::rules) mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use std::sync::LazyLock;

    use serde_json::Value as Json;

    use super::*;
    use crate::document::{Document, Node, Value};
    use crate::rules::{LintSettings, read};

    fn json(node: &Node) -> Json {
        match &node.value {
            Value::Null | Value::Faulty => Json::Null,
            Value::Boolean(value) => Json::Bool(*value),
            Value::Whole(number) => (*number).into(),
            Value::Fraction(number) => (*number).into(),
            Value::Text(text) => Json::String(text.to_string()),
            Value::List(list) => list.iter().map(json).collect(),
            Value::Mapping(mapping) => {
                let members = mapping.members.iter();
                Json::Object(members.map(|m| (m.key.to_string(), json(&m.value))).collect())
            }
        }
    }

    static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema: Json = serde_json::from_str(SCHEMA).unwrap();
        jsonschema::draft202012::new(&schema).unwrap()
    });

    /// Whether a text is valid by the schema.
    pub(in crate::rules) fn is_valid(text: &str) -> bool {
        VALIDATOR.is_valid(&Document::parse(text).root.as_ref().map_or(Json::Null, json))
    }

    #[test]
    fn the_schema_is_one_and_describes_every_key() {
        let schema: Json = serde_json::from_str(SCHEMA).unwrap();
        assert!(jsonschema::draft202012::meta::is_valid(&schema));
        let mut waiting = vec![("", &schema)];
        while let Some((name, part)) = waiting.pop() {
            let properties = part.get("properties").and_then(Json::as_object);
            for (key, property) in
                properties.into_iter().flatten().filter(|(_, property)| property.is_object())
            {
                let target = property.get("$ref").and_then(Json::as_str).map(|to| to.trim_start_matches('#'));
                let described = [Some(property), target.and_then(|to| schema.pointer(to))]
                    .into_iter()
                    .flatten()
                    .any(|part| part.get("description").is_some());
                assert!(described, "{name}.{key}");
                waiting.push((key, property));
            }
            let definitions = part.get("$defs").and_then(Json::as_object);
            waiting.extend(definitions.into_iter().flatten().map(|(key, part)| (key.as_str(), part)));
        }
    }

    #[test]
    fn valid_files_are_valid_by_the_schema() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/valid");
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            assert!(is_valid(&std::fs::read_to_string(&path).unwrap()), "{}", path.display());
            seen += 1;
        }
        assert!(seen >= 4);
    }

    /// A valid file: what stands at a place of it is replaced below.
    const VALID: &str = r#"
version: 1
issuers: { a: { issuer: "https://a.example.com", audience: [b], jwks: k.json } }
tables: { Orders: { key: { partition: PK, sort: SK }, account: "123456789012" } }
variables: { user: { claim: sub }, team: { claim: groups, each: true, max_values: 3 } }
grants:
  - name: one
    when: { groups: [a] }
    table: Orders
    routes: { "GET /a/{id}": [GetItem] }
    params: { id: "{team}" }
    keys: { PK: "U#{user}#*" }
    must_own: { owner: "{user}" }
    limit: 5
authorizer: { apis: [a1/prod] }
lint:
  levels: { open-method: off }
  paths: { exclude: [vendor/] }
  trusted: [$context.stage, $stageVariables.*]
  untrusted: [method.request.header.X-Id]
"#;

    #[test]
    fn what_a_schema_can_see_it_refuses_as_the_reader_does() {
        let environment = |_: &str| None;
        assert!(
            is_valid(VALID) && read(VALID, &environment).0.is_some(),
            "{:?}",
            read(VALID, &environment).1
        );
        let changes = [
            ("version: 1", "version: 2"),
            ("version: 1", "version: \"1\""),
            ("version: 1\n", "\n"),
            ("version: 1", "version: 1\nextra: 1"),
            ("https://a.example.com", "ftp://a.example.com"),
            ("https://a.example.com", "https://a.example.com?x=y"),
            ("audience: [b]", "audience: []"),
            ("audience: [b]", "audience: b"),
            ("audience: [b]", "audience: [b, b]"),
            ("audience: [b]", "audience: [\"${HOME}\"]"),
            ("audience: [b], ", ""),
            ("jwks: k.json", "jwks: ../k.json"),
            ("jwks: k.json", "jwks: /k.json"),
            ("jwks: k.json", "jwks: k.json, jwks_uri: \"https://a.example.com/k\""),
            ("jwks: k.json", "algorithms: [HS256]"),
            ("jwks: k.json", "leeway: 5"),
            ("jwks: k.json", "max_age: 1h30m"),
            ("jwks: k.json", "token_use: both"),
            ("jwks: k.json", "insecure_loopback: yes"),
            ("jwks: k.json", "Audience: [b]"),
            ("partition: PK, ", ""),
            ("partition: PK", "partition: \"\""),
            ("account: \"123456789012\"", "account: 123456789012"),
            ("account: \"123456789012\"", "region: Ireland"),
            ("account: \"123456789012\"", "name: \"a table\""),
            ("account: \"123456789012\"", "indexes: {}"),
            ("account: \"123456789012\"", "indexes: { ByX: { sort: SK } }"),
            ("user: { claim: sub }", "user: {}"),
            ("user: { claim: sub }", "user: { claim: sub, identity: cognitoIdentityId }"),
            ("user: { claim: sub }", "user: { identity: cognitoIdentityId, pattern: a }"),
            ("user: { claim: sub }", "user: { claim: sub, max_values: 3 }"),
            ("max_values: 3", "max_values: 101"),
            ("team: {", "grants: {"),
            ("team: {", "te-am: {"),
            ("name: one", "name: \"a b\""),
            ("  - name: one\n    when", "  - when"),
            ("when: { groups: [a] }", "when: {}"),
            ("when: { groups: [a] }", "when: { groups: [] }"),
            ("when: { groups: [a] }", "when: { groups: null }"),
            ("when: { groups: [a] }", "anyone: true"),
            ("    table: Orders\n", ""),
            ("\"GET /a/{id}\": [GetItem]", "\"GET a\": [GetItem]"),
            ("\"GET /a/{id}\": [GetItem]", "GET: [GetItem]"),
            ("\"GET /a/{id}\": [GetItem]", "\"get /a/{id}\": [GetItem]"),
            ("[GetItem]", "[]"),
            ("[GetItem]", "[getItem]"),
            ("[GetItem]", "[GetItem, GetItem]"),
            ("{ id: \"{team}\" }", "{ id: \"x{team}\" }"),
            ("keys: { PK: \"U#{user}#*\" }", "keys: all"),
            ("keys: { PK: \"U#{user}#*\" }", "keys: {}"),
            ("U#{user}#*", "U#*#{user}"),
            ("U#{user}#*", "U#{user}*"),
            ("U#{user}#*", "U#{user}{user}"),
            ("U#{user}#*", "U#{user"),
            ("U#{user}#*", "U?"),
            ("U#{user}#*", "U$"),
            ("U#{user}#*", "Ü"),
            ("owner: \"{user}\"", "owner: \"{user}#*\""),
            ("owner: \"{user}\"", "owner: me"),
            ("limit: 5", "limit: 0"),
            ("limit: 5", "limit: 1.5"),
            ("limit: 5", "attributes: []"),
            ("limit: 5", "attributes: [a, a]"),
            ("limit: 5", "session_policy: exact"),
            ("apis: [a1/prod]", "apis: []"),
            ("apis: [a1/prod]", "apis: [\"a1/*\"]"),
            ("apis: [a1/prod]", "http_api: rest"),
            ("apis: [a1/prod]", "token_cache: -1"),
            ("apis: [a1/prod]", "max_policy_bytes: 10"),
            ("apis: [a1/prod]", "bare_token: 1"),
            ("apis: [a1/prod]", "other: 1"),
        ];
        for (from, to) in changes {
            assert!(VALID.contains(from), "{from}");
            let changed = VALID.replacen(from, to, 1);
            assert!(read(&changed, &environment).0.is_none(), "the reader takes {to}");
            assert!(!is_valid(&changed), "the schema takes {to}");
        }
    }

    #[test]
    fn of_the_section_lint_as_well() {
        let settings = |text: &str| LintSettings::read(text, &["open-method"]).1;
        assert!(settings(VALID).is_empty(), "{:?}", settings(VALID));
        let changes = [
            ("levels: { open-method: off }", "levels: {}"),
            ("levels: { open-method: off }", "levels: [open-method]"),
            ("open-method: off", "open-method: warn"),
            ("open-method: off", "open-method: false"),
            ("paths: { exclude: [vendor/] }", "paths: vendor/"),
            ("exclude: [vendor/]", "excluded: [vendor/]"),
            ("exclude: [vendor/]", "exclude: vendor/"),
            ("exclude: [vendor/]", "exclude: []"),
            ("exclude: [vendor/]", "exclude: [\"!vendor/\"]"),
            ("exclude: [vendor/]", "include: [\"\"]"),
            ("trusted: [$context.stage", "trusted: [$context"),
            ("trusted: [$context.stage", "trusted: [$context.*"),
            ("trusted: [$context.stage", "trusted: [$input.body"),
            ("trusted: [$context.stage", "trusted: [\"$context.identity..user\""),
            ("method.request.header.X-Id", "method.request.querystring.id"),
            ("method.request.header.X-Id", "method.request.header.*"),
            ("  untrusted:", "  distrusted:"),
        ];
        for (from, to) in changes {
            assert!(VALID.contains(from), "{from}");
            let changed = VALID.replacen(from, to, 1);
            assert!(!settings(&changed).is_empty(), "the reader takes {to}");
            assert!(!is_valid(&changed), "the schema takes {to}");
            // A slip in the linter's settings closes no API.
            assert!(read(&changed, &|_| None).0.is_some(), "{to}");
        }
    }
}
