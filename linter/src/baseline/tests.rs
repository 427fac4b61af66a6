use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;
use crate::finding::Severity;
use crate::source::HostSpan;

/// A directory with a file of this text.
struct Place(tempfile::TempDir);

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| fs::write(place.path(name), text).unwrap());
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn finding(&self, name: &str, nth: usize, message: &str) -> Finding {
        let text = fs::read_to_string(self.path(name)).unwrap();
        let at = text.match_indices("$x").nth(nth).unwrap().0;
        Finding {
            lint: "unescaped-input",
            severity: Severity::Error,
            confidence: Confidence::Proven,
            message: message.into(),
            help: None,
            file: Arc::new(SourceFile::new(self.path(name), text)),
            span: HostSpan::new(at, at + 2),
            exact: true,
            route: Some("GET /a".into()),
            content_type: None,
            action: None,
            table: None,
            related: Vec::new(),
            proof: None,
            fix: None,
            justification: None,
        }
    }

    fn run(&self, findings: Vec<Finding>) -> Run {
        let sources = findings.iter().map(|finding| finding.file.path().to_owned()).collect();
        Run { findings, sources, ..Run::default() }
    }

    /// The baseline of a run, written and read again.
    fn written(&self, run: &Run) -> Baseline {
        let path = self.path("baseline.json");
        Baseline::of_run(run, &path).unwrap().write().unwrap();
        Baseline::read(&path).unwrap()
    }
}

/// How many findings are shown, how many are known, and how many entries have none.
fn applied(baseline: &Baseline, mut run: Run) -> (usize, usize, usize) {
    let gone = baseline.apply(&mut run).len();
    (run.findings.len(), run.baselined, gone)
}

#[test]
fn equal_findings_are_counted() {
    let place = Place::new(&[("a", "$x\n$x\n$x\n")]);
    let all: Vec<Finding> = (0..3).map(|nth| place.finding("a", nth, "m")).collect();
    let baseline = place.written(&place.run(all[..2].to_vec()));
    assert_eq!(baseline.entries.iter().map(|entry| entry.count.get()).collect::<Vec<_>>(), [2]);
    assert_eq!(applied(&baseline, place.run(all[..2].to_vec())), (0, 2, 0));
    assert_eq!(applied(&baseline, place.run(all.clone())), (1, 2, 0));
    assert_eq!(applied(&baseline, place.run(all[..1].to_vec())), (0, 1, 1));
}

#[test]
fn lines_may_move_and_files_be_renamed() {
    let place = Place::new(&[("a", "$x"), ("b", "$x")]);
    let baseline = place.written(&place.run(vec![place.finding("a", 0, "m")]));
    fs::write(place.path("a"), "\n\n   $x\n").unwrap();
    assert_eq!(applied(&baseline, place.run(vec![place.finding("a", 0, "m")])), (0, 1, 0));
    // Another file is another place, as long as the first is there.
    assert_eq!(applied(&baseline, place.run(vec![place.finding("b", 0, "m")])), (1, 0, 0));
    fs::remove_file(place.path("a")).unwrap();
    assert_eq!(applied(&baseline, place.run(vec![place.finding("b", 0, "m")])), (0, 1, 0));
    fs::remove_file(place.path("b")).unwrap();
    assert_eq!(applied(&baseline, Run::default()), (0, 0, 1));
}

#[test]
fn something_new_in_an_old_place_is_shown() {
    let place = Place::new(&[("a", "$x")]);
    let old = place.finding("a", 0, "body member `$.a` can end the string");
    let baseline = place.written(&place.run(vec![old.clone()]));
    let other = Finding { message: "body member `$.b` can end the string".into(), ..old.clone() };
    assert_eq!(applied(&baseline, place.run(vec![other])), (1, 0, 1));
    // What was suspected and is now shown is news; the other way round it is none. A level is a setting.
    let possible = Finding { confidence: Confidence::Possible, ..old.clone() };
    let suspected = place.written(&place.run(vec![possible.clone()]));
    assert_eq!(applied(&suspected, place.run(vec![old.clone()])), (1, 0, 1));
    assert_eq!(applied(&baseline, place.run(vec![possible])), (0, 1, 0));
    let note = Finding { severity: Severity::Note, ..old };
    assert_eq!(applied(&baseline, place.run(vec![note])), (0, 1, 0));
}

#[test]
fn what_was_not_looked_at_stays() {
    let place = Place::new(&[("a", "$x"), ("b", "$x")]);
    let (a, b) = (place.finding("a", 0, "m"), place.finding("b", 0, "m"));
    let baseline = place.written(&place.run(vec![a.clone(), b.clone()]));
    assert_eq!(applied(&baseline, place.run(vec![a.clone()])), (0, 1, 0));
    // Also when it is written anew.
    let mut only_a = place.run(Vec::new());
    only_a.sources.insert(place.path("a"));
    let files =
        |baseline: &Baseline| baseline.entries.iter().map(|entry| entry.file.clone()).collect::<Vec<_>>();
    assert_eq!(files(&place.written(&only_a)), ["b"]);
    fs::remove_file(place.path("b")).unwrap();
    assert_eq!(files(&place.written(&only_a)), [] as [String; 0]);
}

#[test]
fn unchanged_findings_take_entries_first() {
    let place = Place::new(&[("a", "$x $x")]);
    let (old, new) = (place.finding("a", 1, "m"), place.finding("a", 0, "m"));
    let baseline = place.written(&place.run(vec![old.clone()]));
    let mut run = Run { unchanged: vec![old], ..place.run(vec![new]) };
    assert!(baseline.apply(&mut run).is_empty());
    assert_eq!((run.findings.len(), run.unchanged.len()), (1, 0));
}

#[test]
fn nothing_but_a_baseline_is_written_over() {
    let place = Place::new(&[("a", "$x"), ("api.yaml", "paths: {}\n")]);
    let run = place.run(vec![place.finding("a", 0, "m")]);
    let error = Baseline::of_run(&run, &place.path("api.yaml")).unwrap_err();
    assert!(error.message.starts_with("is no baseline: "), "{error:?}");
    assert_eq!(fs::read_to_string(place.path("api.yaml")).unwrap(), "paths: {}\n");
    let first = place.written(&run);
    let text = fs::read_to_string(place.path("baseline.json")).unwrap();
    place.written(&run);
    assert_eq!(fs::read_to_string(place.path("baseline.json")).unwrap(), text);
    assert_eq!(first.count(), 1);
    let left: Vec<_> =
        fs::read_dir(place.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn a_broken_baseline_is_told_with_its_place() {
    let entry = r#"{"file": "a", "lint": "l", "route": null, "message": "m", "confidence": "proven", "fingerprint": "00000000000000000000000000000001", "count": 1}"#;
    let read = |text: &str| {
        let file = Arc::new(SourceFile::new("b.json", text));
        file::entries(&file).map_err(|error| match error.place {
            crate::finding::ErrorPlace::Span(file, span) => (file.position(span.start).line, error.message),
            _ => panic!("{error:?}"),
        })
    };
    let whole = format!("{{\"version\": 1,\n\"findings\": [\n{entry}\n]}}");
    assert_eq!(read(&whole).unwrap().len(), 1);
    for (from, to, line, said) in [
        ("\"version\": 1", "\"version\": 2", 1, "`version` must be 1, found 2"),
        ("\"version\": 1,", "", 4, "missing field `version`"),
        ("\"count\": 1", "\"count\": 0", 3, "nonzero u32"),
        ("\"count\": 1", "\"count\": 1, \"x\": 1", 3, "unknown field `x`"),
        ("\"proven\"", "\"sure\"", 3, "`confidence` must be `proven` or `possible`"),
        ("0001", "001", 3, "`fingerprint` must be 32 hexadecimal digits"),
        ("0001", "00é1", 3, "`fingerprint` must be 32 hexadecimal digits"),
        ("]}", "", 3, "EOF while parsing"),
    ] {
        let text = whole.replacen(from, to, 1);
        assert_ne!(text, whole);
        let (at, message) = read(&text).unwrap_err();
        assert!(message.contains(said), "{to}: {message}");
        assert!(at.abs_diff(line) <= 1, "{to}: line {at}");
    }
}

proptest! {
    /// What is written covers what it was written of, and nothing more.
    #[test]
    fn a_baseline_covers_just_its_findings(known in proptest::collection::vec((0_usize..3, 0_usize..2), 0..8), more in 0_usize..3) {
        let place = Place::new(&[("a", "$x $x $x"), ("b", "$x $x $x")]);
        let one = |&(message, file): &(usize, usize)| {
            place.finding(["a", "b"][file], 0, ["m", "n", "o"][message])
        };
        let found: Vec<Finding> = known.iter().map(one).collect();
        let baseline = place.written(&place.run(found.clone()));
        prop_assert_eq!(baseline.count(), found.len());
        let more = found.iter().chain(std::iter::repeat_n(&place.finding("a", 0, "new"), more)).cloned().collect::<Vec<_>>();
        let extra = more.len() - found.len();
        prop_assert_eq!(applied(&baseline, place.run(more)), (extra, found.len(), 0));
    }
}

#[test]
fn counts_do_not_overflow() {
    let place = Place::new(&[("a", "$x")]);
    let run = place.run(vec![place.finding("a", 0, "m")]);
    let mut baseline = place.written(&run);
    baseline.entries[0].count = NonZeroU32::MAX;
    baseline.write().unwrap();
    let mut nothing_read = run;
    nothing_read.sources.clear();
    assert_eq!(place.written(&nothing_read).entries[0].count, NonZeroU32::MAX);
}
