//! The command line.

/// Runs the command with the process's arguments.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(2)
}
