use super::*;

/// What a value gives, where nothing stands beside it.
fn text(value: &str) -> String {
    written(&template(value, ""))
}

#[test]
fn quoted_strings() {
    for (value, expected) in [
        (r#""a$input.body""#, "a$input.body"),
        (r#""\"\\\n\t\r\u00e9\U0001F600""#, "\"\\\n\t\ré😀"),
        (r#""$${x} %%{y} $$x 100%""#, "${x} %{y} $$x 100%"),
        (r#""a${var.x}b""#, "a${var.x}b"),
        (r#""${"inner"}""#, "inner"),
        (r#""  ${~ "x" ~}  y""#, "xy"),
        (r#""%{ if true }a%{ else }b%{ endif }c""#, "ac"),
        (r#""%{ for x in ["a", "b"] }<${x}>%{ endfor }""#, "<a><b>"),
    ] {
        assert_eq!(text(value), expected, "{value}");
    }
}

#[test]
fn heredocs_keep_what_terraform_keeps() {
    for (value, expected) in [
        ("<<EOF\n  a\n  EOF\n", "  a\n"),
        ("<<EOF\nEOF\n", ""),
        ("<<EOF\nnot the EOFx\nEOFx\nEOF\n", "not the EOFx\nEOFx\n"),
        ("<<-EOF\n    a\n      b\n    EOF\n", "a\n  b\n"),
        // The delimiter's own indentation counts for nothing.
        ("<<-EOF\n    a\n  EOF\n", "a\n"),
        // Lines of blanks alone neither count nor change.
        ("<<-EOF\n    a\n\n  \n    b\n  EOF\n", "a\n\n  \nb\n"),
        ("<<-EOF\n\t\ta\n\t\t\tb\n\tEOF\n", "a\n\tb\n"),
        // A tab is one character, as a blank is.
        ("<<-EOF\n\ta\n  b\n  EOF\n", "a\n b\n"),
        ("<<-EOF\n    a\n    ${var.x}\n    b\n  EOF\n", "a\n${var.x}\nb\n"),
        // A line that begins with an expression has no indentation.
        ("<<-EOF\n    a\n${var.x}\n  EOF\n", "    a\n${var.x}\n"),
        ("<<-EOF\n    a ${\nvar.x\n} b\n    c\n  EOF\n", "a ${var.x} b\nc\n"),
        ("<<EOF\n\"\\n\" $${x}\nEOF\n", "\"\\n\" ${x}\n"),
        ("<<-EOF\n  %{ if true ~}\n  a\n  %{ endif ~}\n  b\n  EOF\n", "a\nb\n"),
    ] {
        assert_eq!(text(value), expected, "{value}");
    }
}

#[test]
fn line_breaks_of_windows_stay() {
    let main = with_template("<<-EOF\n    a\n\n    b ${var.x}\n  EOF\n", "").replace('\n', "\r\n");
    let template = template_of(&main, &[]);
    assert_eq!(written(&template), "a\r\n\r\nb ${var.x}\r\n");
    assert_eq!(host_of(&template, "a\r\n\r\nb "), "a\r\n\r\n    b ");
}

#[test]
fn places_in_strings_and_heredocs() {
    let quoted = template(r#""é \"x\" ${var.t} \u0024input.body $${a}""#, "");
    assert_eq!(host_of(&quoted, "\"x\""), r#"\"x\""#);
    assert_eq!(host_of(&quoted, "$input.body"), r"\u0024input.body");
    assert_eq!(host_of(&quoted, "${a}"), "$${a}");
    assert_eq!(host_of(&quoted, "\u{FFFC}"), "${var.t}");
    let heredoc = template("<<-EOF\n    😀 $input.body\n      ${aws_dynamodb_table.t.name} x\n    EOF\n", "");
    assert_eq!(
        host_of(&heredoc, "$input.body\n  \u{FFFC}"),
        "$input.body\n      ${aws_dynamodb_table.t.name}"
    );
    assert_eq!(written(&heredoc), "😀 $input.body\n  ${aws_dynamodb_table.t.name} x\n");
}

#[test]
fn a_byte_order_mark_moves_nothing() {
    let template = template_of(&format!("\u{FEFF}{}", with_template("\"é $input.body\"", "")), &[]);
    assert_eq!(host_of(&template, "$input.body"), "$input.body");
}

/// The values are Terraform 1.11's.
#[test]
fn replace_takes_patterns_of_go() {
    for (call, expected) in [
        (r#"replace("aXbX", "/X(.)?/", "[$1]")"#, "a[b][]"),
        (r#"replace("a.b", "/(?P<n>\\w)/", "<$${n}>")"#, "<a>.<b>"),
        (r#"replace("a\nb", "/\n/", "")"#, "ab"),
        (r#"replace("a b  c", "/\\s+/", "-")"#, "a-b-c"),
        (r#"replace("a/b", "/", "-")"#, "a-b"),
        (r#"replace("ab", "/b/", "$0$0x$$1")"#, "ab$1"),
        (r#"replace("é b", "/ /", "")"#, "éb"),
        // What the deployment decides may fit, or what Go takes for a letter.
        (r#"replace("a${var.x}b", "/a.b/", "")"#, r#"${replace("a${var.x}b", "/a.b/", "")}"#),
        (r#"replace("a${var.x} b", "/\\s/", "")"#, "a${var.x}b"),
        (r#"replace("é", "/\\w/", "")"#, r#"${replace("é", "/\\w/", "")}"#),
        (r#"replace("a", "/(/", "")"#, r#"${replace("a", "/(/", "")}"#),
    ] {
        assert_eq!(written(&template(call, "")), expected, "{call}");
    }
    let minified = template("replace(<<EOT\n{\n  \"a\": $x\n}\nEOT\n, \"/\\\\s+/\", \" \")", "");
    assert_eq!((written(&minified).as_str(), host_of(&minified, "$x")), ("{ \"a\": $x } ", "$x"));
}

#[test]
fn jsonencode_writes_as_go_does() {
    let value =
        r#"jsonencode({ b = [1, true, null], "a" : "x\n<${var.s}>&", (local.k) = { z = "$input.body" } })"#;
    let beside = "locals { k = \"c\" }\nvariable \"s\" { type = string }";
    let template = template(value, beside);
    assert_eq!(
        written(&template),
        r#"{"a":"x\n\u003c${var.s}\u003e\u0026","b":[1,true,null],"c":{"z":"$input.body"}}"#
    );
    assert_eq!(host_of(&template, "$input.body"), "$input.body");
    assert_eq!(host_of(&template, "\"x\\n"), "\"x\\n");
    assert_eq!(host_of(&template, "\\u003c"), "<");
}

#[test]
fn what_jsonencode_does_not_know_has_quotes_only_as_a_text() {
    let beside = "variable \"s\" { type = string }\nvariable \"n\" { type = number }\nvariable \"any\" {}";
    let value = "jsonencode({ a = var.s, b = var.n, c = var.any, d = aws_dynamodb_table.t.name })";
    assert_eq!(
        written(&template(value, beside)),
        r#"{"a":"${var.s}","b":${var.n},"c":${var.any},"d":"${aws_dynamodb_table.t.name}"}"#
    );
}

#[test]
fn files_and_template_files() {
    let files = [
        ("templates/get.vtl", "é $input.body ${x}"),
        (
            "templates/get.tftpl",
            "${table} ${open} ${missing} $${x}\n%{ for n in names ~}\n${n},\n%{ endfor ~}\n$input.body",
        ),
    ];
    let file = template_of(&with_template("file(\"${path.module}/templates/get.vtl\")", ""), &files);
    assert_eq!(written(&file), "é $input.body ${x}");
    assert_eq!(file.host.file.path(), Path::new("templates/get.vtl"));
    assert_eq!(host_of(&file, "$input.body"), "$input.body");
    let call =
        "templatefile(\"templates/get.tftpl\", { table = \"Orders\", open = var.o, names = [\"a\", \"b\"] })";
    let file = template_of(&with_template(call, ""), &files);
    assert_eq!(written(&file), "Orders ${var.o} ${missing} ${x}\na,\nb,\n$input.body");
    assert_eq!(host_of(&file, "$input.body"), "$input.body");
    assert_eq!(host_of(&file, "Orders"), "${table}");
}

#[test]
fn a_file_that_is_not_there_is_a_hole() {
    for call in ["file(\"../x.vtl\")", "file(\"/etc/passwd\")", "file(var.f)", "templatefile(\"x\", {})"] {
        let template = template(call, "");
        assert_eq!(template.text.placeholders().len(), 1, "{call}");
        assert_eq!(written(&template), format!("${{{call}}}"));
    }
}

#[test]
fn functions_put_texts_together() {
    let beside = "locals {\n  t = \"a TABLE b\"\n  parts = [\"x\", local.t]\n  m = { json = \"inner\" }\n}
variable \"v\" { default = { t = \"of the default $input.body\" } }";
    for (value, expected) in [
        ("local.t", "a TABLE b"),
        ("replace(local.t, \"TABLE\", aws_dynamodb_table.o.name)", "a ${aws_dynamodb_table.o.name} b"),
        ("join(\"-\", local.parts)", "x-a TABLE b"),
        ("format(\"%s 100%% %d\", local.t, 3)", "a TABLE b 100% 3"),
        ("local.m[\"json\"]", "inner"),
        ("lookup(local.m, \"json\", \"none\")", "inner"),
        ("lookup(local.m, \"no\", \"none\")", "none"),
        ("merge(local.m, { json = \"later\" }).json", "later"),
        ("trimspace(\"  x \")", "x"),
        ("upper(\"x\")", "X"),
        ("var.v.t", "of the default $input.body"),
        ("true ? \"yes\" : \"no\"", "yes"),
        ("local.nothing", "${local.nothing}"),
        ("sha1(local.t)", "${sha1(local.t)}"),
        ("[for p in local.parts : \"<${p}>\"][1]", "<a TABLE b>"),
    ] {
        assert_eq!(written(&template(value, beside)), expected, "{value}");
    }
    let replaced = template("replace(local.t, \"TABLE\", \"Orders\")", beside);
    assert_eq!((host_of(&replaced, "Orders"), host_of(&replaced, " b")), ("TABLE", " b"));
}

#[test]
fn a_condition_gives_both_templates() {
    let main = with_template("var.x ? \"one\" : \"two\"", "");
    let found = only(read(&main)).request_templates;
    assert_eq!(found.iter().map(written).collect::<Vec<_>>(), ["one", "two"]);
    let main = with_template("<<EOF\n%{ if var.x }one%{ else }two%{ endif }\nEOF\n", "");
    let found = only(read(&main)).request_templates;
    assert_eq!(found.iter().map(written).collect::<Vec<_>>(), ["one\n", "two\n"]);
}

#[test]
fn what_does_not_end_is_a_hole() {
    let cycle = template("local.a", "locals {\n  a = \"x${local.b}\"\n  b = local.a\n}");
    assert_eq!(written(&cycle), "x${local.a}");
    let mut chain = String::from("locals {\n  a0 = \"x\"\n");
    for i in 1..3000 {
        chain.push_str(&format!("  a{i} = \"${{local.a{}}}y\"\n", i - 1));
    }
    chain.push_str("}\n");
    assert_eq!(template("local.a2999", &chain).text.placeholders().len(), 1);
    let mut doubling = String::from("locals {\n  a0 = \"xxxxxxxx\"\n  l0 = [1, 2]\n");
    for i in 1..60 {
        let before = i - 1;
        doubling.push_str(&format!("  a{i} = \"${{local.a{before}}}${{local.a{before}}}\"\n"));
        doubling.push_str(&format!("  l{i} = [local.l{before}, local.l{before}]\n"));
    }
    doubling.push_str("}\n");
    assert!(template("local.a59", &doubling).text.text().len() < 8 << 20);
    assert!(template("jsonencode(local.l59)", &doubling).text.text().len() < 8 << 20);
}

#[test]
fn maps_of_terraform_0_11() {
    let main =
        with_template("\"x $input.body\"", "").replace("request_templates = {", "request_templates {\n");
    let template = template_of(&main.replace("\" }", "\"\n }"), &[]);
    assert_eq!(host_of(&template, "$input.body"), "$input.body");
}

#[test]
fn a_template_file_that_reads_itself_is_a_hole() {
    let files = [("x.tftpl", "a ${templatefile(\"x.tftpl\", {})} b")];
    let template = template_of(&with_template("templatefile(\"x.tftpl\", {})", ""), &files);
    assert_eq!(written(&template), "a ${templatefile(\"x.tftpl\", {})} b");
}

#[test]
fn lists_that_grow_deeper_with_each_local_are_left_to_the_deployment() {
    let mut text = String::from("locals {\n  l0 = []\n");
    for i in 1..3000 {
        text.push_str(&format!("  l{i} = [local.l{}]\n", i - 1));
    }
    text.push_str("}\n");
    // Each is evaluated from the one before, which is known by then.
    for i in (40..3000).step_by(40) {
        text.push_str(&format!("resource \"aws_iam_policy\" \"p{i}\" {{ policy = local.l{i} }}\n"));
    }
    let template = template("jsonencode(local.l2999)", &text);
    assert!(!template.text.placeholders().is_empty());
}

#[test]
fn the_data_source_that_was_there_before_templatefile() {
    let data = |template: &str| {
        format!(
            "data \"template_file\" \"t\" {{\n  template = {template}\n  vars = {{\n    table = \"${{aws_dynamodb_table.t.name}}\"\n  }}\n}}"
        )
    };
    let value = "\"${data.template_file.t.rendered}\"";
    let files = [("get.tpl", "é ${table} $input.body")];
    let of_file = template_of(&with_template(value, &data("file(\"get.tpl\")")), &files);
    assert_eq!(written(&of_file), "é ${aws_dynamodb_table.t.name} $input.body");
    assert_eq!(host_of(&of_file, "$input.body"), "$input.body");
    let inline = template(value, &data("<<-EOT\n    é $${table}\n      $input.body\n    EOT\n"));
    assert_eq!(written(&inline), "é ${aws_dynamodb_table.t.name}\n  $input.body\n");
    assert_eq!(host_of(&inline, "$input.body"), "$input.body");
    assert_eq!(host_of(&inline, "\u{FFFC}"), "$${table}");
}
