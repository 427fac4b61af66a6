//! The `keybound` command: see `keybound_linter::cli`.

fn main() -> std::process::ExitCode {
    keybound_linter::cli::main()
}
