//! `winmail check`: what is wrong with a file, and where.

use std::io;

use serde_json::{Value, json};

use winmail::base::Category;
use winmail::{Diagnostic, Message, Report, Severity};

use super::flags;
use super::read::{self, FilesArgs, Inputs, ReadArgs};
use super::style::{Shown, Style};
use super::{EXIT_DEFECTS, EXIT_OK, Streams, worse};

/// Arguments of `winmail check`.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    #[command(flatten)]
    files: FilesArgs,
    /// Print JSON: an array with an object a file
    #[arg(long)]
    json: bool,
    /// Also show what is only worth knowing
    #[arg(long, short)]
    verbose: bool,
    /// Which defects make the exit code 3
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = FailOn::Any)]
    fail_on: FailOn,
    #[command(flatten)]
    read: ReadArgs,
}

/// Which defects count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// What is of the category security, even if it is only worth knowing
    Security,
    /// That, and warnings and errors of the category loss
    Loss,
    /// All warnings and errors
    Any,
}

impl FailOn {
    fn applies(self, report: &Report) -> bool {
        let loss = |found: &Diagnostic| found.code.category() == Category::Loss && found.severity() > Severity::Info;
        let has = |what: &dyn Fn(&Diagnostic) -> bool| report.diagnostics().iter().any(what);
        let has_security = || has(&|found| found.code.category() == Category::Security);
        // What was not kept may be anything.
        match self {
            FailOn::Any => read::has_defects(report),
            FailOn::Security => report.omitted() > 0 || has_security(),
            FailOn::Loss => report.omitted() > 0 || has_security() || has(&loss),
        }
    }
}

/// Checks the files; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &CheckArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    let mut code = EXIT_OK;
    let mut all = Vec::new();
    let mut inputs = Inputs::new(&args.files, &args.read);
    while let Some(input) = inputs.next(streams.stdin) {
        let name = input.name();
        let mut report = Report::new();
        let (file, part) = (input.file.to_string_lossy().into_owned(), input.part());
        let failure = match input.loaded {
            Err(message) => Some(message),
            Ok(loaded) => {
                let note = read::wrapper_note(&loaded);
                if let Some(note) = note {
                    writeln!(streams.err, "winmail: {name}: {note}")?;
                }
                let result = Message::read(&loaded.bytes, &loaded.reading(&args.read.showing()));
                report = result.as_ref().map_or_else(|error| error.report().clone(), Message::verdict);
                result.err().map(|error| read::failure(&error, &loaded))
            }
        };
        let judged = match args.fail_on.applies(&report) {
            true => EXIT_DEFECTS,
            false => EXIT_OK,
        };
        code = worse(code, if failure.is_some() { read::FAILED } else { judged });
        if args.json {
            let mut value = json!({ "file": file, "part": part, "error": failure });
            if let (Value::Object(value), Value::Object(report)) = (&mut value, super::value_of(&report)) {
                value.extend(report);
            }
            all.push(value);
            continue;
        }
        print(&name, failure.as_deref(), &report, args.verbose, style, streams)?;
    }
    inputs.say_passed(streams.err)?;
    if args.json {
        super::json_out::pretty(streams.out, &all)?;
    }
    Ok(code)
}

fn print(
    name: &str,
    failure: Option<&str>,
    report: &Report,
    verbose: bool,
    style: Style,
    streams: &mut Streams<'_>,
) -> io::Result<()> {
    let shown = report.diagnostics().iter().filter(|d| verbose || d.severity() > Severity::Info);
    let verdict = match (failure, read::defect_count(report)) {
        (Some(failure), _) => format!("cannot be read: {}", Shown(failure)),
        (None, Some(defects)) => defects,
        (None, None) => match report.diagnostics().len() {
            0 => "no defects".to_owned(),
            _ if verbose => "no defects, only remarks".to_owned(),
            1 => "no defects; --verbose shows a remark".to_owned(),
            n => format!("no defects; --verbose shows {n} remarks"),
        },
    };
    writeln!(streams.out, "{}: {verdict}", style.bold(name))?;
    for diagnostic in shown {
        let severity = diagnostic.severity();
        let word = match severity {
            Severity::Error => style.red(severity),
            Severity::Warning => style.yellow(severity),
            Severity::Info => style.dim(severity),
        };
        let info = diagnostic.code.info();
        write!(
            streams.out,
            "  {word} {} ({}) at byte {}: {}",
            style.cyan(info.name),
            diagnostic.code.category(),
            diagnostic.offset,
            Shown(&flags::said(&diagnostic.detail))
        )?;
        if !diagnostic.path.is_empty() {
            write!(streams.out, ", in {}", diagnostic.path)?;
        }
        writeln!(streams.out)?;
        writeln!(streams.out, "    {}", style.dim(format!("{} ({})", info.recovery, flags::said(info.section))))?;
    }
    if !report.status().is_empty() {
        let names: Vec<&str> = report.status().exchange_names().collect();
        writeln!(streams.out, "  Exchange would say: {}", names.join(", "))?;
    }
    if report.bytes_lost() > 0 && report.worst() > Some(Severity::Info) {
        writeln!(streams.out, "  bytes that belong to nothing that could be read: {}", report.bytes_lost())?;
    }
    Ok(())
}
