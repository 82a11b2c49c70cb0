//! Settings: exports of Exchange, settings files, and what is made of them.

use winmail::policy::edit::{Change, apply};
use winmail::policy::import::{ExportFormat, guess, import};
use winmail::policy::{Edition, MessageFacts, Policy, check, export, file};

/// An export in any format, or a settings file: it is refused with nothing changed, or it can be written as a settings file and
/// read back the same.
pub fn policy_import(input: &[u8]) {
    // Naming the format that is guessed would do the same again.
    let guessed = guess(input);
    for format in [
        ExportFormat::Json,
        ExportFormat::Csv,
        ExportFormat::Clixml,
        ExportFormat::FormatList,
        ExportFormat::FormatTable,
        ExportFormat::Dsc,
    ] {
        let format = Some(format).filter(|format| *format != guessed);
        let mut policy = Policy::new(Edition::ExchangeOnline);
        match import(&mut policy, "export", input, format) {
            Ok(imported) => {
                let contacts = policy.recipients().len();
                assert!(contacts <= imported.recipients, "{contacts} recipients out of {imported:?}");
                round_trip(&policy);
                // A second import of the same objects adds none or is refused.
                let before = export::toml(&policy);
                if import(&mut policy, "export", input, format).is_err() {
                    assert_eq!(export::toml(&policy), before);
                }
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                assert_eq!(
                    export::toml(&policy),
                    export::toml(&Policy::new(Edition::ExchangeOnline)),
                    "a refused import changes"
                );
            }
        }
    }
    let Ok(text) = std::str::from_utf8(input) else { return };
    match file::read("file", text) {
        Ok(read) => {
            round_trip(&read.policy);
            changes(text, &read.policy);
        }
        Err(error) => {
            let lines = text.lines().count() + 1;
            assert!(error.line.is_none_or(|line| (1..=lines).contains(&line)), "{error}");
        }
    }
}

fn round_trip(policy: &Policy) {
    let text = export::toml(policy);
    let again = file::read("again", &text).unwrap_or_else(|error| panic!("{error}\n{text}")).policy;
    assert!(again.domains.iter().eq(policy.domains.iter()), "{text}");
    assert_eq!(again.recipients(), policy.recipients(), "{text}");
    assert_eq!((again.edition, &again.accepted_domains), (policy.edition, &policy.accepted_domains));
    for line in export::commands(policy).split_inclusive('\n').filter(|line| line.contains("-Name ")) {
        assert!(line.starts_with("New-RemoteDomain") || !line.starts_with("New-"), "{line}");
    }
    drop(check(policy));
    for recipient in policy.recipients() {
        let Ok(decision) = policy.decide("jane@example.com", &recipient.address, MessageFacts::default()) else { continue };
        assert!(decision.tnef.winner().is_some(), "something decides");
    }
}

/// Changes to a file that is right make a file that is right and says the change, or are refused.
fn changes(text: &str, policy: &Policy) {
    let name = policy.domains.iter().last().map(|domain| domain.name.clone()).unwrap_or_default();
    let set = |setting: &str, value: Option<&str>| Change::SetDomain {
        name: name.clone(),
        setting: setting.to_owned(),
        value: value.map(str::to_owned),
    };
    for change in [set("TNEFEnabled", Some("false")), set("AllowedOOFType", Some("None")), set("LineWrapSize", None)] {
        let Ok((new, _)) = apply("file", text, std::slice::from_ref(&change)) else { continue };
        let new = file::read("new", &new).unwrap_or_else(|error| panic!("{error}\n{new}")).policy;
        let said = export::toml(&new);
        let Change::SetDomain { setting, value, .. } = &change else { continue };
        if let Some(value) = value {
            assert!(
                said.contains(&format!("{setting} = {value}")) || said.contains(&format!("{setting} = \"{value}\"")),
                "{said}"
            );
        }
        assert_eq!(new.recipients(), policy.recipients());
        assert_eq!(new.domains.iter().count().abs_diff(policy.domains.iter().count()), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::crate_folder;

    #[test]
    fn the_seeds_hold() {
        let folder = crate_folder().join("seeds/policy_import");
        let mut seeds = 0;
        for seed in std::fs::read_dir(folder).unwrap() {
            super::policy_import(&std::fs::read(seed.unwrap().path()).unwrap());
            seeds += 1;
        }
        assert!(seeds >= 4);
    }
}
