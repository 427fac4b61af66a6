//! Changes of files as a unified diff, which `git apply` and `patch -p1` take.

use std::io::{self, Write};
use std::path::Path;

use similar::TextDiff;

use super::{Base, visible};

/// Writes the change of one file; nothing where there is none. On a terminal no character of the file acts.
pub fn write(
    out: &mut dyn Write,
    (path, base): (&Path, &Base),
    (old, new): (&str, &str),
    on_terminal: bool,
) -> io::Result<()> {
    if old == new {
        return Ok(());
    }
    let shown = visible::line(&base.shown(path));
    let name = |side: &str| {
        if path.is_absolute() && shown.starts_with('/') { shown.clone() } else { format!("{side}/{shown}") }
    };
    let diff = TextDiff::from_lines(old, new);
    let patch = diff.unified_diff().header(&name("a"), &name("b")).to_string();
    if !on_terminal {
        return out.write_all(patch.as_bytes());
    }
    for line in patch.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        write!(out, "{}{end}", visible::line(line))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(old: &str, new: &str, on_terminal: bool) -> String {
        let mut out = Vec::new();
        let base = Base::new("/home/dev");
        write(&mut out, (Path::new("/home/dev/a.yaml"), &base), (old, new), on_terminal).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_changed_line_among_others() {
        assert_eq!(
            patch("a: 1\nb: 2\nc: 3", "a: 1\nb: 4\nc: 3", false),
            "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,3 +1,3 @@\n a: 1\n-b: 2\n+b: 4\n c: 3\n\\ No newline at end of file\n"
        );
        assert_eq!(patch("a", "a", false), "");
    }

    #[test]
    fn line_ends_stay_and_terminals_are_safe() {
        assert!(patch("a\r\n", "b\r\n", false).ends_with("-a\r\n+b\r\n"));
        assert!(patch("a\n", "\u{1b}[31mb\n", true).ends_with("-a\n+\\u{1b}[31mb\n"));
    }
}
