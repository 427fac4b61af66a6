//! Services that mean harm: all are read, in bounded time.

use super::{read_files, read_one, template, with_proxies, with_template};

#[test]
fn circles_end_in_holes() {
    for (head, text, expected) in [
        ("custom: {a: '${self:custom.a}'}", "x${self:custom.a}", "x«self:custom.a»"),
        ("custom: {a: '${self:custom.b}', b: '${self:custom.a}'}", "x${self:custom.a}", "x«self:custom.a»"),
        ("custom: ${self:custom}", "x${self:custom.a}", "x«self:custom.a»"),
        ("custom: {a: '${self:}'}", "x${self:custom.a.service}", "xorders"),
    ] {
        assert_eq!(template(&read_one(&with_template(head, text))), expected, "{head}");
    }
    // The whole service in itself.
    read_one(
        &with_template("custom: {all: '${self:}'}", "x").replace("HttpMethod: GET", "HttpMethod: ${self:}"),
    );
    assert!(
        read_files(&[("serverless.yml", "service: a\nprovider: b\nresources: ${self:resources}")]).is_empty()
    );
    assert!(
        read_files(&[
            ("serverless.yml", "service: a\nprovider: b\nresources: ${file(a.yml)}"),
            ("a.yml", "${file(a.yml)}"),
        ])
        .is_empty()
    );
}

#[test]
fn values_that_double_are_given_up() {
    let doubling: String = (1..40)
        .map(|i| format!("  a{i}: ${{self:custom.a{}}}${{self:custom.a{}}}\n", i - 1, i - 1))
        .collect();
    let one = read_one(&with_template(&format!("custom:\n  a0: x\n{doubling}"), "${self:custom.a39}"));
    assert!(template(&one).len() < 64 << 20);
    let lists: String = (1..40)
        .map(|i| format!("  a{i}: ['${{self:custom.a{}}}', '${{self:custom.a{}}}']\n", i - 1, i - 1))
        .collect();
    let service = with_template(&format!("custom:\n  a0: x\n{lists}"), "${self:custom.a39}");
    read_one(&service);
}

#[test]
fn depth_is_bounded() {
    let deep = format!("'{}x{}'", "${self:custom.".repeat(10_000), "}".repeat(10_000));
    read_one(&with_template("", &deep));
    let lists = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let nested: String = (1..30)
        .map(|i| format!("  a{i}: {}'${{self:custom.a{}}}'{}\n", "[".repeat(100), i - 1, "]".repeat(100)))
        .collect();
    read_one(&with_template(&format!("custom:\n  a0: {lists}\n{nested}"), "${self:custom.a29}"));
}

#[test]
fn a_service_without_any_of_it_has_nothing() {
    for service in [
        "service: a\nprovider: {name: aws}",
        "service: a\nprovider: aws\nresources: text",
        "service: a\nprovider: aws\nresources: []\ncustom: []",
        "service: a\nprovider: aws\ncustom: {apiGatewayServiceProxies: text}",
        "service: a\nprovider: aws\nresources: {Resources: [1, 2]}",
        &with_proxies("    - {}"),
    ] {
        assert!(read_files(&[("serverless.yml", service)]).is_empty(), "{service}");
    }
}
