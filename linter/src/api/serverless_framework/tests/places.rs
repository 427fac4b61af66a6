//! Where parts of a template stand.

use super::{only, place_of, read_files, read_one, with_proxies, with_template};

#[test]
fn text_around_variables_stands_where_it_is_written() {
    let service = with_template(
        "custom: {table: orders}",
        "'{\"T\":\"${self:custom.table}\",\"k\":\"$input.params(''id'')\",\"s\":\"${opt:s}\"}'",
    );
    let template = &read_one(&service).request_templates[0];
    let exact = |text: &str| ("serverless.yml".to_owned(), text.to_owned(), true);
    assert_eq!(place_of(template, "$input.params('id')"), exact("$input.params(''id'')"));
    assert_eq!(place_of(template, "orders"), exact("${self:custom.table}"));
    assert_eq!(place_of(template, "\u{FFFC}"), exact("${opt:s}"));
}

#[test]
fn a_whole_value_stands_where_it_is_defined() {
    let service = with_template("custom:\n  get: |-\n    {\n      $input.body\n    }", "${self:custom.get}");
    let template = &read_one(&service).request_templates[0];
    assert_eq!(
        place_of(template, "$input.body"),
        ("serverless.yml".to_owned(), "$input.body".to_owned(), true)
    );
}

#[test]
fn a_file_of_its_own_has_its_own_places() {
    for call in ["${file(get.vtl)}", "!Sub ${file(get.vtl)}"] {
        let service = with_template("", call);
        let one = only(read_files(&[
            ("serverless.yml", &service),
            ("get.vtl", "{\n  ${T} $input.body ${opt:s}\n}"),
        ]));
        assert_eq!(one.file.path().to_str(), Some("serverless.yml"));
        let template = &one.request_templates[0];
        assert_eq!(place_of(template, "$input.body"), ("get.vtl".to_owned(), "$input.body".to_owned(), true));
        assert_eq!(template.host.file.slice(template.host.whole), "{\n  ${T} $input.body ${opt:s}\n}");
    }
}

#[test]
fn a_generated_template_stands_at_its_proxy() {
    let proxy = "    - dynamodb: {path: /a, method: get, action: GetItem, tableName: t, hashKey: {pathParam: id, attributeType: S}}";
    let one = read_one(&with_proxies(proxy));
    assert_eq!(
        place_of(&one.request_templates[0], "$input.params().path.id"),
        ("serverless.yml".to_owned(), "dynamodb".to_owned(), false)
    );
}
