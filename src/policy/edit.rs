//! Changes to a settings file that keep its comments and its order: set, add, remove.
//!
//! The changed text is read again before it is handed out, so that a change that makes a file wrong changes nothing.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

use super::domain::{DomainPattern, PatternKind};
use super::file::{self, SettingsError};
use super::recipient::RecipientSetting;
use super::remote_domain::{RemoteDomain, RemoteDomainSetting};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Change {
    /// Sets a setting of the remote domain of that name, with what is coupled to it.
    SetDomain {
        /// The record's name.
        name: String,
        /// The setting as Exchange spells it.
        setting: String,
        /// The new value; `None` takes it back to its default.
        value: Option<String>,
    },
    /// Adds a remote domain.
    AddDomain {
        /// The record's name.
        name: String,
        /// Its pattern.
        domain: String,
    },
    /// Removes the remote domain of that name.
    RemoveDomain {
        /// The record's name.
        name: String,
    },
    /// Sets a setting of a recipient, which is added as a mail contact where it is new.
    SetRecipient {
        /// The recipient's address.
        address: String,
        /// The setting as Exchange spells it.
        setting: String,
        /// The new value; `None` takes it back to its default.
        value: Option<String>,
    },
    /// Removes the recipient with that address.
    RemoveRecipient {
        /// The recipient's address.
        address: String,
    },
}

/// Makes changes to the text of a settings file; the result is the new text and a sentence for each setting that changed by
/// itself.
///
/// # Errors
/// [`SettingsError`]: the file is wrong, the change is impossible, or its result would be wrong. There is no text then.
///
/// ```
/// use winmail::policy::edit::{Change, apply};
///
/// let settings = "[[remote_domain]]\nName = \"Contoso\"\nDomainName = \"contoso.com\"\n";
/// let change = Change::SetDomain { name: "Contoso".into(), setting: "TNEFEnabled".into(), value: Some("false".into()) };
/// let (changed, _) = apply("policy.toml", settings, &[change])?;
/// assert!(changed.contains("TNEFEnabled = false"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn apply(name: &str, text: &str, changes: &[Change]) -> Result<(String, Vec<String>), SettingsError> {
    // A file that is wrong already is reported as such, and not as a failed change.
    file::read(name, text)?;
    let plain = |message: String| SettingsError { file: name.to_owned(), line: None, record: None, message };
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| plain(error.message().to_owned()))?;
    let mut notes = Vec::new();
    for change in changes {
        one(&mut document, change, &mut notes).map_err(plain)?;
    }
    let new = document.to_string();
    file::read(name, &new)?;
    Ok((new, notes))
}

fn one(document: &mut DocumentMut, change: &Change, notes: &mut Vec<String>) -> Result<(), String> {
    match change {
        Change::AddDomain { name, domain } => {
            let pattern = DomainPattern::parse(domain).map_err(|error| format!("{domain:?}: {error}"))?;
            if *pattern.kind() == PatternKind::All {
                return Err("the remote domain for * is always there, and its name is Default: set its settings under that name"
                    .to_owned());
            }
            let table = append(document, "remote_domain")?;
            table.insert("Name", toml_edit::value(name.as_str()));
            table.insert("DomainName", toml_edit::value(domain.as_str()));
            Ok(())
        }
        Change::RemoveDomain { name } => {
            let (tables, at) = find(document, "remote_domain", |table| domain_name(table).eq_ignore_ascii_case(name))
                .ok_or_else(|| match name.eq_ignore_ascii_case("Default") {
                    true => "the remote domain for * cannot be removed".to_owned(),
                    false => format!("there is no remote domain {name:?}"),
                })?;
            if tables.get(at).is_some_and(|table| text_of(table, "DomainName") == Some("*")) {
                return Err("the remote domain for * cannot be removed".to_owned());
            }
            tables.remove(at);
            Ok(())
        }
        Change::SetDomain { name, setting, value } => set_domain(document, name, setting, value.as_deref(), notes),
        Change::SetRecipient { address, setting, value } => {
            let known = RecipientSetting::from_name(setting).ok_or_else(|| {
                let names: Vec<&str> = RecipientSetting::ALL.iter().map(|s| s.as_str()).collect();
                format!("{setting} is not known: allowed is {}", names.join(", "))
            })?;
            let same = |table: &Table| text_of(table, "Address").is_some_and(|own| own.eq_ignore_ascii_case(address));
            let table = match find(document, "recipient", same) {
                Some((tables, at)) => tables.get_mut(at).ok_or("the record is gone")?,
                None => {
                    let table = append(document, "recipient")?;
                    table.insert("Kind", toml_edit::value("MailContact"));
                    table.insert("Address", toml_edit::value(address.as_str()));
                    table
                }
            };
            put(table, known.as_str(), value.as_deref());
            Ok(())
        }
        Change::RemoveRecipient { address } => {
            let same = |table: &Table| text_of(table, "Address").is_some_and(|own| own.eq_ignore_ascii_case(address));
            let (tables, at) = find(document, "recipient", same).ok_or_else(|| format!("there is no recipient {address}"))?;
            tables.remove(at);
            Ok(())
        }
    }
}

fn set_domain(
    document: &mut DocumentMut,
    name: &str,
    setting: &str,
    value: Option<&str>,
    notes: &mut Vec<String>,
) -> Result<(), String> {
    let known = RemoteDomainSetting::from_name(setting).ok_or_else(|| {
        let names: Vec<&str> = RemoteDomainSetting::ALL.iter().map(|s| s.as_str()).collect();
        format!("{setting} is not known: allowed is {}", names.join(", "))
    })?;
    let table = match find(document, "remote_domain", |table| domain_name(table).eq_ignore_ascii_case(name)) {
        Some((tables, at)) => tables.get_mut(at).ok_or("the record is gone")?,
        // The built-in record is there without being written down.
        None if name.eq_ignore_ascii_case("Default") => {
            let table = append(document, "remote_domain")?;
            table.insert("Name", toml_edit::value("Default"));
            table.insert("DomainName", toml_edit::value("*"));
            table
        }
        None => return Err(format!("there is no remote domain {name:?}")),
    };
    let Some(value) = value else {
        put(table, known.as_str(), None);
        return Ok(());
    };
    // The coupling is worked out on what the record sets now.
    let mut domain = RemoteDomain::built_in();
    for other in RemoteDomainSetting::ALL {
        if let Some(text) = table.get(own_key(table, other.as_str()).as_str()).and_then(scalar) {
            domain.settings.store(*other, &text).map_err(|error| error.to_string())?;
        }
    }
    let coupled = domain.settings.set(known, value).map_err(|error| error.to_string())?;
    put(table, known.as_str(), domain.settings.text(known).as_deref());
    if let Some(coupled) = coupled {
        let text = domain.settings.text(coupled).unwrap_or_default();
        notes.push(format!("{} is {text} now, as Exchange does it with {} {value}", coupled.as_str(), known.as_str()));
        put(table, coupled.as_str(), Some(&text));
    }
    Ok(())
}

/// The name of a remote domain's table, as the reader takes it.
fn domain_name(table: &Table) -> &str {
    match (text_of(table, "Name"), text_of(table, "DomainName")) {
        (_, Some("*")) => "Default",
        (Some(name), _) => name,
        (None, domain) => domain.unwrap_or_default(),
    }
}

fn text_of<'t>(table: &'t Table, key: &str) -> Option<&'t str> {
    table.iter().find(|(own, _)| own.eq_ignore_ascii_case(key)).and_then(|(_, item)| item.as_str())
}

fn scalar(item: &Item) -> Option<String> {
    match item.as_value()? {
        Value::String(text) => Some(text.value().clone()),
        Value::Boolean(value) => Some(value.value().to_string()),
        Value::Integer(value) => Some(value.value().to_string()),
        _ => None,
    }
}

/// The key as the table spells it.
fn own_key(table: &Table, key: &str) -> String {
    table.iter().map(|(own, _)| own).find(|own| own.eq_ignore_ascii_case(key)).unwrap_or(key).to_owned()
}

fn put(table: &mut Table, key: &str, text: Option<&str>) {
    let key = own_key(table, key);
    let Some(text) = text else {
        table.remove(&key);
        return;
    };
    let mut new = toml_value(text);
    // The comment behind the old value stays behind the new one.
    if let Some(old) = table.get(&key).and_then(Item::as_value) {
        *new.decor_mut() = old.decor().clone();
    }
    match table.get_mut(&key) {
        Some(item) => *item = Item::Value(new),
        None => {
            table.insert(&key, Item::Value(new));
        }
    }
}

/// A setting's text as a TOML value: a boolean, a number, or a string.
pub(super) fn toml_value(text: &str) -> Value {
    match (text, text.parse::<i64>()) {
        ("true", _) => Value::from(true),
        ("false", _) => Value::from(false),
        (_, Ok(number)) if number.to_string() == text => Value::from(number),
        _ => Value::from(text),
    }
}

fn find<'d>(document: &'d mut DocumentMut, key: &str, is: impl Fn(&Table) -> bool) -> Option<(&'d mut ArrayOfTables, usize)> {
    let tables = document.get_mut(key)?.as_array_of_tables_mut()?;
    let at = tables.iter().position(is)?;
    Some((tables, at))
}

fn append<'d>(document: &'d mut DocumentMut, key: &str) -> Result<&'d mut Table, String> {
    let item = document.entry(key).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let tables = item.as_array_of_tables_mut().ok_or_else(|| format!("{key} is not written as [[{key}]]"))?;
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    tables.push(table);
    let last = tables.len().saturating_sub(1);
    tables.get_mut(last).ok_or_else(|| "the record is gone".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# head\n\n# about Contoso\n[[remote_domain]]\nName = \"Contoso\" # the customer\nDomainName = \"contoso.com\"\n\
        tnefenabled = true # because of recall\n\n# tail\n";

    fn set(setting: &str, value: Option<&str>) -> Change {
        Change::SetDomain { name: "contoso".to_owned(), setting: setting.to_owned(), value: value.map(str::to_owned) }
    }

    #[test]
    fn a_value_changes_and_all_else_stays() {
        let (new, notes) = apply("p.toml", FILE, &[set("TNEFEnabled", Some("False"))]).unwrap();
        assert_eq!(new, FILE.replace("tnefenabled = true #", "tnefenabled = false #"));
        assert!(notes.is_empty());
        let (new, _) = apply("p.toml", FILE, &[set("TNEFEnabled", None)]).unwrap();
        assert_eq!(new, FILE.replace("tnefenabled = true # because of recall\n", ""));
    }

    #[test]
    fn what_is_coupled_changes_too_and_is_said() {
        let (new, notes) = apply("p.toml", FILE, &[set("AllowedOOFType", Some("InternalLegacy"))]).unwrap();
        assert!(new.contains("AllowedOOFType = \"InternalLegacy\"\nIsInternal = true\n"), "{new}");
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn records_come_and_go() {
        let add = Change::AddDomain { name: "North".to_owned(), domain: "*.north.example".to_owned() };
        let (new, _) = apply("p.toml", FILE, std::slice::from_ref(&add)).unwrap();
        assert_eq!(file::read("p.toml", &new).unwrap().policy.domains.find("a.north.example").name, "North");
        for kept in ["# head", "# about Contoso", "# the customer", "# because of recall", "# tail"] {
            assert!(new.contains(kept), "{new}");
        }
        let (back, _) = apply("p.toml", &new, &[Change::RemoveDomain { name: "north".to_owned() }]).unwrap();
        assert_eq!(back, FILE);
        let default =
            Change::SetDomain { name: "Default".to_owned(), setting: "NDREnabled".to_owned(), value: Some("false".to_owned()) };
        let (new, _) = apply("p.toml", FILE, &[default]).unwrap();
        assert_eq!(file::read("p.toml", &new).unwrap().policy.domains.default_domain().settings.ndr_enabled, Some(false));
    }

    #[test]
    fn recipients_too() {
        let set = |setting: &str, value: &str| Change::SetRecipient {
            address: "bob@contoso.com".to_owned(),
            setting: setting.to_owned(),
            value: Some(value.to_owned()),
        };
        // One step for both, as the formats hang together.
        assert!(apply("p.toml", FILE, &[set("MessageFormat", "Text")]).is_err());
        let (new, _) = apply("p.toml", FILE, &[set("MessageFormat", "Text"), set("MessageBodyFormat", "Text")]).unwrap();
        assert_eq!(file::read("p.toml", &new).unwrap().policy.recipients().len(), 1);
        let (back, _) = apply("p.toml", &new, &[Change::RemoveRecipient { address: "BOB@contoso.com".to_owned() }]).unwrap();
        assert_eq!(file::read("p.toml", &back).unwrap().policy.recipients().len(), 0);
    }

    #[test]
    fn an_impossible_change_changes_nothing() {
        let add = |name: &str, domain: &str| Change::AddDomain { name: name.to_owned(), domain: domain.to_owned() };
        let remove = |name: &str| Change::RemoveDomain { name: name.to_owned() };
        for (change, holds) in [
            (set("LineWrapSize", Some("200")), "0 to 132"),
            (set("Nothing", Some("1")), "TNEFEnabled"),
            (add("x", "CONTOSO.com"), "already"),
            (add("contoso", "x.com"), "another"),
            (add("x", "a.*.b"), "star"),
            (add("All", "*"), "Default"),
            (remove("x"), "no remote domain"),
            (remove("default"), "cannot be removed"),
        ] {
            let error = apply("p.toml", FILE, std::slice::from_ref(&change)).unwrap_err();
            assert!(error.message.contains(holds), "{change:?}: {error}");
        }
        let star = "[[remote_domain]]\nDomainName = \"*\"\n";
        assert!(apply("p.toml", star, &[remove("default")]).unwrap_err().message.contains("cannot be removed"));
    }
}
