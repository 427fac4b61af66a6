//! The line that closes a report.

use crate::finding::{Confidence, Run, Severity};

/// Counts of files, integrations and findings: `2 errors (1 possible), 1 note in 3 integrations of 2 files`.
pub fn line(run: &Run) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let possible = run.count(severity, Confidence::Possible);
        let all = possible + run.count(severity, Confidence::Proven);
        if all > 0 {
            let doubt = if possible > 0 { format!(" ({possible} possible)") } else { String::new() };
            kinds.push(format!("{}{doubt}", counted(all, severity.word())));
        }
    }
    let found = if kinds.is_empty() { "no findings".to_owned() } else { kinds.join(", ") };
    let mut line =
        format!("{found} in {} of {}", counted(run.integrations, "integration"), counted(run.files, "file"));
    if run.undecided > 0 {
        line.push_str(&format!("; {} undecided", run.undecided));
    }
    if !run.suppressed.is_empty() {
        line.push_str(&format!("; {} suppressed", run.suppressed.len()));
    }
    if run.turned_off > 0 {
        line.push_str(&format!("; {} turned off", run.turned_off));
    }
    if run.baselined > 0 {
        line.push_str(&format!("; {} in the baseline", run.baselined));
    }
    if !run.unchanged.is_empty() {
        line.push_str(&format!("; {} on what did not change", run.unchanged.len()));
    }
    if run.files_left_out > 0 {
        line.push_str(&format!("; {} left out", counted(run.files_left_out, "file")));
    }
    if !run.errors.is_empty() {
        // What failed may stand far above.
        line.push_str("; the run failed, as said above");
    }
    line
}

pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::super::specimens;
    use super::*;
    use crate::finding::{ErrorPlace, RunError};

    #[test]
    fn counts() {
        let run = Run { files: 1, integrations: 3, ..Run::default() };
        assert_eq!(line(&run), "no findings in 3 integrations of 1 file");
        let suppressed = vec![specimens::proven(), specimens::proven()];
        let run = Run { suppressed, undecided: 1, ..run };
        assert_eq!(line(&run), "no findings in 3 integrations of 1 file; 1 undecided; 2 suppressed");
        let gone =
            RunError { place: ErrorPlace::Path("gone.yaml".into()), message: "is gone".into(), help: None };
        let run = Run { files: 1, integrations: 3, errors: vec![gone], ..Run::default() };
        assert_eq!(line(&run), "no findings in 3 integrations of 1 file; the run failed, as said above");
    }
}
