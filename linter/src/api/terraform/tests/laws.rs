use proptest::prelude::*;

use super::*;

/// A line of a heredoc: its blanks and what follows them.
fn line() -> impl Strategy<Value = (String, String)> {
    let piece = prop_oneof![
        "[a-z \"#\\\\é😀]{0,6}",
        Just("$${x}".to_owned()),
        Just("%%{x}".to_owned()),
        Just("${var.x}".to_owned()),
        Just("$x %y $$ %%".to_owned()),
    ];
    ("[ \t]{0,4}", prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat()))
}

/// What Terraform makes of the lines of a `<<-` heredoc, said a second time.
fn dedented(lines: &[(String, String)]) -> String {
    let whole = |(blanks, rest): &(String, String)| format!("{blanks}{rest}");
    let is_blank = |line: &String| line.trim().is_empty();
    let all: Vec<String> = lines.iter().map(whole).collect();
    let blanks = |line: &String| line.chars().take_while(|c| c.is_whitespace()).count();
    let fewest = all.iter().filter(|line| !is_blank(line)).map(blanks).min().unwrap_or(0);
    let cut = |line: &String| {
        let line: String = if is_blank(line) { line.clone() } else { line.chars().skip(fewest).collect() };
        format!("{}\n", line.replace("$${", "${").replace("%%{", "%{"))
    };
    all.iter().map(cut).collect()
}

fn as_it_stands(lines: &[(String, String)]) -> String {
    let text = |(blanks, rest): &(String, String)| format!("{blanks}{rest}\n");
    lines.iter().map(text).collect::<String>().replace("$${", "${").replace("%%{", "%{")
}

/// Every run of a template that is said to stand in the file as it is does so.
fn stands_where_it_says(template: &MappingTemplate) {
    let map = template.host.map.as_ref().expect("a map");
    let mut end = 0;
    for segment in map.segments() {
        assert_eq!(segment.decoded_start, end, "no gap");
        end += segment.decoded_len;
        let decoded = template.text.text().get(segment.decoded_start..end).expect("whole characters");
        let host = segment.host_start..segment.host_start + segment.host_len;
        let host = template.host.file.text().get(host).expect("whole characters of the file");
        assert!(!segment.verbatim || decoded == host, "{decoded:?} is not {host:?}");
    }
    assert_eq!(end, template.text.text().len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn heredocs_are_what_terraform_makes_of_them(lines in prop::collection::vec(line(), 0..6)) {
        let body: String = lines.iter().map(|(blanks, rest)| format!("{blanks}{rest}\n")).collect();
        for (opening, expected) in [("<<EOT", as_it_stands(&lines)), ("<<-EOT", dedented(&lines))] {
            let template = template(&format!("{opening}\n{body}  EOT\n"), "");
            prop_assert_eq!(written(&template), expected);
            stands_where_it_says(&template);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = with_template(&pieces.concat(), "locals { a = \"x\" }");
        if let Ok(file) = ParsedFile::parse(Arc::new(SourceFile::new("main.tf", text.as_str()))) {
            let nothing = Surroundings { load: &|_| None, list: &|_| None };
            for integration in super::super::read(Arc::new(vec![file]), &nothing) {
                integration.templates().filter(|template| template.host.map.is_some()).for_each(stands_where_it_says);
            }
        }
    }
}

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "\"",
        "\"",
        "${",
        "}",
        "%{ if true }",
        "%{ if var.x }",
        "%{ else }",
        "%{ endif }",
        "~}",
        "${~",
        "$${",
        "\\n",
        "\\u00e9",
        "\n",
        "<<-E\n",
        "<<E\n",
        "E\n",
        " ",
        "\t",
        "é",
        "😀",
        "local.a",
        "var.b",
        "[0]",
        ".c",
        "(",
        ")",
        "replace(",
        "jsonencode(",
        "join(",
        "format(\"%s\", ",
        "trimspace(",
        "merge(",
        ",",
        "{ a = ",
        "[",
        "]",
        "? 1 :",
        "true",
        "null",
        "for x in",
        ":",
        "x",
    ])
}
