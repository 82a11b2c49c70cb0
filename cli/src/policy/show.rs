//! `winmail policy show`: the settings that hold, those that are set and those that are defaults.

use winmail::policy::{RemoteDomain, RemoteDomainSetting};

use super::super::style::{Shown, Style};
use super::super::{EXIT_OK, Streams};
use super::{Failure, FileArgs, Outcome, read_policy};

/// Arguments of `winmail policy show`.
#[derive(Debug, Clone, clap::Args)]
pub struct ShowArgs {
    /// Show these remote domains only, by name, or the one that applies to a domain
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    file: FileArgs,
    /// Also show what has its default
    #[arg(long, short)]
    all: bool,
}

pub(super) fn run(args: &ShowArgs, style: Style, streams: &mut Streams<'_>) -> Outcome {
    let file = read_policy(&args.file, streams.stdin)?;
    let policy = &file.policy;
    let domains: Vec<&RemoteDomain> = if args.names.is_empty() {
        policy.domains.iter().collect()
    } else {
        let named = |name: &String| {
            let by_domain = || name.contains('.').then(|| policy.domains.find(name));
            policy.domains.by_name(name).or_else(by_domain).ok_or_else(|| {
                let names: Vec<&str> = policy.domains.iter().map(|domain| domain.name.as_str()).collect();
                Failure::Said(format!("there is no remote domain {name:?}: there are {}", names.join(", ")))
            })
        };
        args.names.iter().map(named).collect::<Result<_, _>>()?
    };
    if args.names.is_empty() {
        writeln!(streams.out, "edition: {}", policy.edition)?;
        for accepted in &policy.accepted_domains {
            writeln!(streams.out, "accepted domain: {}", Shown(accepted.as_str()))?;
        }
    }
    for domain in domains {
        writeln!(streams.out, "{} ({})", style.bold(Shown(&domain.name)), Shown(domain.pattern().as_str()))?;
        for &setting in RemoteDomainSetting::ALL {
            let set = domain.settings.text(setting).is_some();
            if set || args.all {
                let value = domain.effective(setting, policy.edition);
                let value = if value.is_empty() { "(no value)" } else { value.as_str() };
                let note = match (set, domain.is_known(setting)) {
                    (true, _) => "",
                    (false, true) => "  default",
                    (false, false) => "  default; not in the export",
                };
                writeln!(streams.out, "  {:<36} {value}{}", setting.as_str(), style.dim(note))?;
            }
        }
    }
    if args.names.is_empty() {
        for recipient in policy.recipients() {
            writeln!(streams.out, "{} ({})", style.bold(Shown(&recipient.address)), recipient.kind)?;
            for &setting in winmail::policy::RecipientSetting::ALL {
                if let Some(value) = recipient.settings.text(setting) {
                    writeln!(streams.out, "  {:<36} {value}", setting.as_str())?;
                }
            }
        }
    }
    Ok(EXIT_OK)
}
