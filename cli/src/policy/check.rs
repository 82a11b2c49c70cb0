//! `winmail policy check`: what is wrong with a policy, with line and remedy.

use serde_json::json;

use winmail::policy::FaultKind;

use super::super::style::{Shown, Style};
use super::super::{EXIT_DEFECTS, EXIT_OK, Streams};
use super::{FileArgs, Outcome, read_policy};

/// Arguments of `winmail policy check`.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    #[command(flatten)]
    file: FileArgs,
    /// Print JSON: an array with an object a fault
    #[arg(long)]
    json: bool,
}

/// Exit code 3 where something dangerous, contradictory or shadowed is found.
pub(super) fn run(args: &CheckArgs, style: Style, streams: &mut Streams<'_>) -> Outcome {
    let file = read_policy(&args.file, streams.stdin)?;
    let faults = winmail::policy::check(&file.policy);
    let name = args.file.policy.display().to_string();
    if args.json {
        let all: Vec<_> = faults
            .iter()
            .map(|fault| {
                json!({
                    "kind": fault.kind.as_str(),
                    "code": fault.code,
                    "line": file.line(&fault.key),
                    "message": fault.message,
                    "remedy": fault.remedy,
                })
            })
            .collect();
        crate::json_out::pretty(streams.out, &all)?;
    } else {
        for fault in &faults {
            let line = file.line(&fault.key).map(|line| format!(":{line}")).unwrap_or_default();
            let kind = match fault.kind {
                FaultKind::Dangerous | FaultKind::Contradictory => style.red(fault.kind),
                FaultKind::Shadowed | FaultKind::Notable => style.yellow(fault.kind),
                _ => style.dim(fault.kind),
            };
            writeln!(streams.out, "{}{line}: {kind} {}: {}", Shown(&name), style.cyan(fault.code), Shown(&fault.message))?;
            writeln!(streams.out, "    {}", style.dim(fault.remedy))?;
        }
        if faults.is_empty() {
            writeln!(streams.out, "{}: nothing to remark", Shown(&name))?;
        }
    }
    let worse = faults.iter().any(|fault| !matches!(fault.kind, FaultKind::Pointless | FaultKind::Notable));
    Ok(if worse { EXIT_DEFECTS } else { EXIT_OK })
}
