//! Cost grows with the template's size, not with two to the number of its conditions.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

use std::time::{Duration, Instant};

use keybound_linter::api::Channel;
use keybound_linter::render::{Direction, Setting, render};
use keybound_vtl::TemplateText;
use keybound_vtl::parse::parse;

/// A template with this many optional attributes, each behind a condition of its own.
fn optional_fields(count: usize) -> TemplateText {
    let mut text = String::from("{\"TableName\": \"T\", \"Item\": {\"id\": {\"S\": \"1\"}\n");
    for n in 0..count {
        text.push_str(&format!(
            "#if($input.params('f{n}') != \"\")\n, \"f{n}\": {{\"S\": \"$util.escapeJavaScript($input.params('f{n}'))\"}}\n#end\n"
        ));
    }
    text.push_str("}}\n");
    TemplateText::plain(text)
}

/// A template whose expression grows by this many parts, each behind a condition of its own.
fn grown_expression(count: usize) -> TemplateText {
    let mut text = String::from("#set($e = \"SET a = :a\")\n");
    for n in 0..count {
        text.push_str(&format!("#if($input.params('f{n}') != \"\")#set($e = \"$e, f{n} = :f{n}\")#end\n"));
    }
    text.push_str(
        "{\"TableName\": \"T\", \"Key\": {\"id\": {\"S\": \"1\"}}, \"UpdateExpression\": \"$e\"}\n",
    );
    TemplateText::plain(text)
}

/// The quickest of several runs.
fn time(template: &TemplateText, uses: usize) -> Duration {
    let (tree, errors) = parse(template);
    assert!(errors.is_empty());
    let setting = Setting {
        direction: Direction::Request,
        path_parameters: None,
        channel: Channel::Request,
        body_model: None,
        trust: std::sync::Arc::default(),
    };
    let run = || {
        let begun = Instant::now();
        let skeleton = render(template, &tree, &setting);
        assert!(skeleton.undecided.is_empty());
        assert_eq!(skeleton.uses.len(), uses);
        begun.elapsed()
    };
    (0..5).map(|_| run()).min().unwrap()
}

#[test]
fn sixty_four_optional_fields_cost_about_eight_times_eight() {
    let times: Vec<(usize, Duration)> =
        [8, 16, 32, 64].map(|count| (count, time(&optional_fields(count), count))).into();
    for (count, time) in &times {
        println!("{count:>3} fields: {time:?}");
    }
    let (eight, sixty_four) = (times[0].1, times[3].1);
    // Linear growth is a factor of 8; two to the power would be astronomic, the square 64.
    assert!(sixty_four < eight * 40 + Duration::from_millis(20), "{times:?}");
}

#[test]
fn an_expression_of_sixty_four_optional_parts_costs_no_more() {
    let times: Vec<(usize, Duration)> =
        [8, 16, 32, 64].map(|count| (count, time(&grown_expression(count), 0))).into();
    for (count, time) in &times {
        println!("{count:>3} parts: {time:?}");
    }
    let (eight, sixty_four) = (times[0].1, times[3].1);
    // Each part is compared with all before it, in a guard and in a text: the square, and room for noise.
    assert!(sixty_four < eight * 200 + Duration::from_millis(50), "{times:?}");
}
