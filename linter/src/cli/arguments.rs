//! The arguments, as clap reads them.

mod choice;

pub use choice::{ColorChoice, FailOn, Format, MapFormat};

use std::path::PathBuf;

use clap::{ArgAction, ArgGroup, Args, Parser, Subcommand};

use crate::access_rules::RulesChoice;
use crate::analysis::Settings;
use crate::configuration::ConfigurationChoice;
use crate::finding::Safety;

/// Prove what a client can reach through API Gateway mapping templates that call DynamoDB
#[derive(Debug, Parser)]
#[command(
    name = "keybound",
    version,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    after_help = "Exit status: 0 clean, 1 findings, 2 the run itself failed"
)]
pub struct Arguments {
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto", global = true, display_order = 100)]
    pub color: ColorChoice,

    /// Print the version
    #[arg(long, short = 'V', action = ArgAction::Version, display_order = 102)]
    pub version: Option<bool>,

    /// Print help
    #[arg(long, short, action = ArgAction::HelpShort, global = true, display_order = 101)]
    pub help: Option<bool>,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the mapping templates of API definitions
    Lint(LintArguments),
    /// Show what callers reach through each route, and what proves it
    Map(MapArguments),
    /// Write a first draft of access rules from API definitions
    Init(InitArguments),
    /// Render a template for a request, as API Gateway would
    Render(RenderArguments),
    /// Show what access rules give a caller, and why not more
    Policy(PolicyArguments),
    /// Print the JSON Schema of keybound.yaml
    Schema,
    /// Show the page of a lint, or list all lints
    Explain(ExplainArguments),
    /// Print a script that completes the command's arguments in a shell
    Completions(CompletionsArguments),
    /// Print a manual page, for `man -l -`
    Man(ManArguments),
}

/// Check the mapping templates of API definitions
#[derive(Args, Debug)]
pub struct LintArguments {
    /// Files and directories: OpenAPI, CloudFormation, SAM, Terraform, or single templates
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// How findings are written
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,

    /// The lowest severity of proven findings that makes the command fail
    #[arg(long, value_name = "SEVERITY", value_enum, default_value = "warning")]
    pub fail_on: FailOn,

    /// Fail for possible findings too
    #[arg(long)]
    pub strict: bool,

    /// The DynamoDB action that a single template is for, such as PutItem
    #[arg(long, value_name = "NAME")]
    pub action: Option<String>,

    /// The access rules.
    #[command(flatten)]
    pub rules: RulesArguments,

    /// Take the paths as a commit hook's: read with them what uses them in their repository, show what is found in either,
    /// and say nothing of other files
    #[arg(long)]
    pub hook: bool,

    /// The settings.
    #[command(flatten)]
    pub configuration: ConfigurationArguments,

    /// Show which settings apply to a file and why, and check nothing
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pub show_config: Option<PathBuf>,

    /// Leave out the findings that this file has, so that only new ones are shown
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Write what is found into the baseline instead of showing it
    #[arg(long, requires = "baseline")]
    pub write_baseline: bool,

    /// Show only findings on templates and integrations that changed since this commit
    #[arg(long, value_name = "REF", conflicts_with = "write_baseline")]
    pub changed_since: Option<String>,

    /// Show findings also where comments or metadata say to ignore them
    #[arg(long)]
    pub no_ignores: bool,

    /// Read standard input as the content of this file, and look at nothing else
    #[arg(long, value_name = "NAME", conflicts_with_all = ["paths", "show_config", "hook"])]
    pub stdin_filename: Option<PathBuf>,
    /// The fixes.
    #[command(flatten)]
    pub fixes: FixArguments,

    /// Fail if no integration with DynamoDB is found
    #[arg(long)]
    pub require_integrations: bool,

    /// Write findings and errors only, no summary
    #[arg(long, short)]
    pub quiet: bool,
}

/// Show what callers reach through each route, and what proves it
#[derive(Args, Debug)]
#[command(
    after_help = "Exit status: 0 every route is proved, closed or unjudged; 1 some route is broken or undecided; \
                        2 the run itself failed"
)]
pub struct MapArguments {
    /// Files and directories: OpenAPI, CloudFormation, SAM, Terraform, or single templates
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// How the map is written
    #[arg(long, value_enum, default_value = "text")]
    pub format: MapFormat,

    /// The DynamoDB action that a single template is for, such as PutItem
    #[arg(long, value_name = "NAME")]
    pub action: Option<String>,

    /// The access rules.
    #[command(flatten)]
    pub rules: RulesArguments,

    /// The settings.
    #[command(flatten)]
    pub configuration: ConfigurationArguments,

    /// Write the map and errors only, no summary
    #[arg(long, short)]
    pub quiet: bool,
}

/// What of the findings is mended
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("mending").args(["fix", "fix_unsafe"]).multiple(true))]
pub struct FixArguments {
    /// Mend what can be mended without any legitimate client noticing
    #[arg(long, conflicts_with_all = ["changed_since", "write_baseline", "stdin_filename"])]
    pub fix: bool,

    /// Mend that, and what may change the answers that legitimate clients get
    #[arg(long, conflicts_with_all = ["changed_since", "write_baseline", "stdin_filename"])]
    pub fix_unsafe: bool,

    /// Write no file: print what --fix or --fix-unsafe would change, as a patch
    #[arg(long, requires = "mending")]
    pub dry_run: bool,
}

impl FixArguments {
    /// The fixes that are allowed; none where none is asked for.
    pub fn allowed(&self) -> Option<Safety> {
        match (self.fix, self.fix_unsafe) {
            (_, true) => Some(Safety::Unsafe),
            (true, false) => Some(Safety::Safe),
            (false, false) => None,
        }
    }
}

/// Which access rules definitions are held against
#[derive(Args, Debug)]
pub struct RulesArguments {
    /// The access rules of all definitions, instead of the nearest keybound.yaml above each
    #[arg(long, value_name = "FILE", conflicts_with = "no_rules")]
    pub rules: Option<PathBuf>,

    /// Read no access rules
    #[arg(long)]
    pub no_rules: bool,
}

impl RulesArguments {
    /// What was chosen.
    pub fn choice(&self) -> RulesChoice {
        match &self.rules {
            Some(file) => RulesChoice::File(file.clone()),
            None if self.no_rules => RulesChoice::None,
            None => RulesChoice::Nearest,
        }
    }
}

/// Where the settings of the linter come from: the section `lint` of a keybound.yaml
#[derive(Args, Debug)]
pub struct ConfigurationArguments {
    /// The file whose section `lint` holds for all definitions, instead of the nearest above each
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no settings
    #[arg(long)]
    pub no_config: bool,
}

impl ConfigurationArguments {
    /// What was chosen.
    pub fn choice(&self) -> ConfigurationChoice {
        match &self.config {
            Some(file) => ConfigurationChoice::File(file.clone()),
            None if self.no_config => ConfigurationChoice::None,
            None => ConfigurationChoice::Nearest,
        }
    }
}

impl LintArguments {
    /// How the run goes, all changes or none aside.
    pub fn settings(&self) -> Settings {
        Settings {
            action: self.action.clone(),
            rules: self.rules.choice(),
            configuration: self.configuration.choice(),
            no_ignores: self.no_ignores,
            hook: self.hook,
            ..Settings::default()
        }
    }
}

/// Write a first draft of access rules from API definitions
///
/// Nothing is overwritten. What the definitions do not say is marked with TODO.
#[derive(Args, Debug)]
pub struct InitArguments {
    /// Files and directories: OpenAPI, CloudFormation, SAM or Terraform
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Where the draft is written; - is standard output [default: keybound.yaml in the directory of the only path, or in
    /// the current one]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Render a template for a request, as API Gateway would
#[derive(Args, Debug)]
pub struct RenderArguments {
    /// The template; - is standard input
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub template: Option<PathBuf>,

    /// A JSON file with the request: body, path, querystring, header, context, stageVariables; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "jsonl")]
    pub request: Option<PathBuf>,

    /// Read cases from standard input, one JSON object a line, and answer each with one line
    #[arg(long)]
    pub jsonl: bool,
}

/// Show what access rules give a caller, and why not more
#[derive(Args, Debug)]
#[command(override_usage = "keybound policy [OPTIONS] --claims <FILE> --arn <METHOD_ARN>\n       \
                      keybound policy [OPTIONS] --role [<ROUTE>]")]
pub struct PolicyArguments {
    /// The access rules; - is standard input
    #[arg(long, value_name = "FILE", default_value = "keybound.yaml")]
    pub rules: PathBuf,

    /// A JSON file with the claims of a token, of which nothing but the issuer is checked; - is standard input
    #[arg(long, value_name = "FILE", required_unless_present = "role")]
    pub claims: Option<PathBuf>,

    /// The ARN of a method, such as arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/orders; beside --role
    /// it gives region and account, and may be left out
    #[arg(long, value_name = "METHOD_ARN", required_unless_present = "role")]
    pub arn: Option<String>,

    /// Show the least policy of the role that integrations call DynamoDB with instead: for all routes, or for one such
    /// as "GET /orders"
    #[arg(long, value_name = "ROUTE", num_args = 0..=1, conflicts_with = "claims")]
    pub role: Option<Option<String>>,
}

/// Show the page of a lint, or list all lints
#[derive(Args, Debug)]
pub struct ExplainArguments {
    /// The lint's name, such as unescaped-input
    pub lint: Option<String>,
}

/// Print a script that completes the command's arguments in a shell
#[derive(Args, Debug)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Print a manual page, for `man -l -`
#[derive(Args, Debug)]
pub struct ManArguments {
    /// The subcommand that the page is about [default: the whole command]
    pub command: Option<String>,
}
