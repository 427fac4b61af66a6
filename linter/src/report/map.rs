//! The access map: for each route who may call it, what DynamoDB is asked for, and what proves that it is theirs.

mod flow;
pub mod html;
pub mod json;
mod page;
mod phrase;
pub mod text;

#[cfg(test)]
mod specimens;
#[cfg(test)]
mod tests;

use crate::finding::{Run, Verdict};

use super::summary::counted;

/// How many routes have each verdict, without those that none has.
fn totals(run: &Run) -> impl Iterator<Item = (Verdict, usize)> {
    Verdict::ALL.into_iter().filter_map(|verdict| {
        let count = run.routes.iter().filter(|route| route.verdict == verdict).count();
        (count > 0).then_some((verdict, count))
    })
}

/// The line that closes a map: `10 routes: 9 proved, 1 broken`.
pub fn summary(run: &Run) -> String {
    let routes = counted(run.routes.len(), "route");
    let totals: Vec<String> =
        totals(run).map(|(verdict, count)| format!("{count} {}", verdict.word())).collect();
    let mut line = if totals.is_empty() { routes } else { format!("{routes}: {}", totals.join(", ")) };
    if run.files_left_out > 0 {
        line.push_str(&format!("; {} left out", counted(run.files_left_out, "file")));
    }
    line
}
