//! `winmail check`: what is wrong with a file, and where.

use std::io;

use serde_json::{Value, json};

use winmail::Message;
use winmail::Report;
use winmail::Severity;

use super::flags;
use super::read::{self, FilesArgs, Inputs, ReadArgs};
use super::style::{Shown, Style};
use super::{EXIT_OK, Streams, worse};

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
    #[command(flatten)]
    read: ReadArgs,
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
                let result = Message::read(&loaded.bytes, &loaded.reading(&args.read.options()));
                report = read::report_of(&result).clone();
                result.err().map(|error| read::failure(&error, &loaded))
            }
        };
        code = worse(code, if failure.is_some() { read::FAILED } else { read::exit_code(&report) });
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
            "  {word} {} at byte {}: {}",
            style.cyan(info.name),
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
