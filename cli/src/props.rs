//! `winmail props`: the property dictionary, by name, tag, id or LID.

use std::io::{self, Write};

use serde_json::{Value, json};

use winmail::mapi::NamedKind;
use winmail::mapi::PropType;
use winmail::mapi::dictionary::{self, Match, Sources};

/// Arguments of `winmail props`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PropsArgs {
    /// Names or numbers: PidTagSubject, PR_SUBJECT, 0x0037001F, 0x0037, PidLidBusyStatus, PSETID_Appointment/0x8205, Keywords
    #[arg(value_name = "NAME|TAG", required_unless_present = "search")]
    pub queries: Vec<String>,
    /// List the properties whose name or description contains TEXT; `*` and `?` make it a pattern for whole names
    #[arg(long, value_name = "TEXT", conflicts_with = "queries")]
    pub search: Option<String>,
    /// Print a JSON array
    #[arg(long)]
    pub json: bool,
}

/// How many names a query without a match is answered with.
const SUGGESTIONS: usize = 5;

/// Prints what the dictionary says; the result is the exit code: 0, or 1 when a query finds nothing.
///
/// # Errors
///
/// Those of the writers.
pub fn run(args: &PropsArgs, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<u8> {
    let mut found = Vec::new();
    let mut code = 0;
    if let Some(text) = &args.search {
        found = dictionary::search(text);
        if found.is_empty() {
            writeln!(err, "winmail: no property has \"{}\" in its name or description", text.escape_debug())?;
            code = 1;
        }
    }
    for query in &args.queries {
        let matches = dictionary::find(query);
        if matches.is_empty() {
            write!(err, "winmail: no property is called \"{}\"", query.escape_debug())?;
            let near = nearest(query);
            if !near.is_empty() {
                write!(err, "; did you mean {}?", near.join(", "))?;
            }
            writeln!(err)?;
            code = 1;
        }
        for new in matches {
            if !found.contains(&new) {
                found.push(new);
            }
        }
    }
    if args.json {
        let list: Vec<Value> = found.iter().map(|found| Facts::of(found).to_json()).collect();
        super::json_out::pretty(out, &list)?;
    } else if args.search.is_some() {
        for found in &found {
            Facts::of(found).write_line(out)?;
        }
    } else {
        for (index, found) in found.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            Facts::of(found).write_block(out)?;
        }
    }
    Ok(code)
}

/// What both kinds of entries have.
struct Facts<'a> {
    found: &'a Match,
    names: Vec<&'static str>,
    prop_type: PropType,
    area: Option<&'static str>,
    defining_spec: Option<&'static str>,
    description: Option<&'static str>,
    sources: Sources,
}

impl<'a> Facts<'a> {
    fn of(found: &'a Match) -> Self {
        let (names, area, defining_spec, description, sources) = match found {
            Match::Tag(entry) => (entry.names().collect(), entry.area, entry.defining_spec, entry.description, entry.sources),
            Match::Named(entry) => (entry.names().collect(), entry.area, entry.defining_spec, entry.description, entry.sources),
        };
        Facts { found, names, prop_type: found.prop_type(), area, defining_spec, description, sources }
    }

    fn other_names(&self) -> &[&'static str] {
        self.names.get(1..).unwrap_or_default()
    }

    fn write_block(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.found.best_name())?;
        match self.found {
            Match::Tag(entry) => row(out, "tag", &format!("{} (id {})", entry.tag, entry.tag.id()))?,
            Match::Named(entry) => {
                row(out, "set", &format!("{} {{{:X}}}", entry.set_name, entry.tag.set))?;
                match entry.tag.name {
                    NamedKind::Lid(lid) => row(out, "LID", &format!("0x{lid:04X}"))?,
                    NamedKind::String(name) => row(out, "name", name)?,
                }
            }
        }
        let mapi_name = self.prop_type.mapi_name().unwrap_or("unknown to MAPI");
        row(out, "type", &format!("{}, {mapi_name} (0x{:04X})", self.prop_type, self.prop_type.0))?;
        if !self.other_names().is_empty() {
            row(out, "also", &self.other_names().join(", "))?;
        }
        for (label, text) in [("area", self.area), ("spec", self.defining_spec), ("about", self.description)] {
            if let Some(text) = text {
                row(out, label, text)?;
            }
        }
        row(out, "source", &source_names(self.sources).join(", "))
    }

    fn write_line(&self, out: &mut dyn Write) -> io::Result<()> {
        let place = match self.found {
            Match::Tag(entry) => entry.tag.to_string(),
            Match::Named(entry) => match entry.tag.name {
                NamedKind::Lid(lid) => format!("{}/0x{lid:04X}", entry.set_name),
                NamedKind::String(name) => format!("{}/{name}", entry.set_name),
            },
        };
        write!(out, "{}  {place}  {}", self.found.best_name(), self.prop_type)?;
        if let Some(name) = self.other_names().first() {
            write!(out, "  {name}")?;
        }
        writeln!(out)
    }

    fn to_json(&self) -> Value {
        let mut value = match self.found {
            Match::Tag(entry) => json!({
                "kind": "tag",
                "canonical_name": entry.canonical_name,
                "alternate_names": entry.alternate_names.iter().collect::<Vec<_>>(),
                "tag": entry.tag.to_string(),
                "id": entry.tag.id().to_string(),
            }),
            Match::Named(entry) => {
                let mut value = json!({
                    "kind": "named",
                    "canonical_name": entry.canonical_name,
                    "alternate_names": entry.alternate_names.iter().collect::<Vec<_>>(),
                    "set": { "name": entry.set_name, "guid": format!("{:X}", entry.tag.set) },
                });
                match (entry.tag.name, value.as_object_mut()) {
                    (NamedKind::Lid(lid), Some(object)) => object.insert("lid".to_owned(), json!(format!("0x{lid:04X}"))),
                    (NamedKind::String(name), Some(object)) => object.insert("name".to_owned(), json!(name)),
                    (_, None) => None,
                };
                value
            }
        };
        let rest = [
            (
                "type",
                json!({
                    "code": format!("0x{:04X}", self.prop_type.0),
                    "name": self.prop_type.name(),
                    "mapi_name": self.prop_type.mapi_name(),
                }),
            ),
            ("area", json!(self.area)),
            ("defining_spec", json!(self.defining_spec)),
            ("description", json!(self.description)),
            ("sources", json!(source_names(self.sources))),
        ];
        if let Some(object) = value.as_object_mut() {
            object.extend(rest.map(|(key, value)| (key.to_owned(), value)));
        }
        value
    }
}

fn row(out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
    writeln!(out, "  {label:<6}  {text}")
}

fn source_names(sources: Sources) -> Vec<&'static str> {
    [
        (Sources::OXPROPS, "[MS-OXPROPS]"),
        (Sources::OXPROPS_OLD, "older open specification"),
        (Sources::MAPI_REFERENCE, "Outlook MAPI reference"),
        (Sources::HEADER, "MAPI headers"),
        (Sources::THIRD_PARTY, "third party, unconfirmed"),
    ]
    .into_iter()
    .filter(|(source, _)| sources.contains(*source))
    .map(|(_, name)| name)
    .collect()
}

/// The names that a mistyped one may have meant: those with the fewest edits, if these are few.
fn nearest(query: &str) -> Vec<&'static str> {
    let query = query.trim().to_ascii_lowercase();
    // No name has more than 100 characters; a longer query would only cost time.
    if !(4..=100).contains(&query.len()) || query.starts_with("0x") {
        return Vec::new();
    }
    let limit = (query.len() / 4).min(6);
    let names = dictionary::entries().flat_map(|entry| entry.names());
    let names = names.chain(dictionary::named_entries().flat_map(|entry| entry.names()));
    let mut near: Vec<(usize, &'static str)> = names
        .filter_map(|name| {
            let full = name.to_ascii_lowercase();
            let short = ["pidtag", "pidlid", "pidname", "dispid"].iter().find_map(|prefix| full.strip_prefix(prefix));
            let edits = [Some(full.as_str()), short].into_iter().flatten().map(|name| distance(&query, name)).min()?;
            (edits <= limit).then_some((edits, name))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().map(|(_, name)| name).take(SUGGESTIONS).collect()
}

/// The number of bytes to insert, remove or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, byte) in a.bytes().enumerate() {
        let mut diagonal = index;
        let mut left = index.saturating_add(1);
        let mut next = vec![left];
        for (other, above) in b.bytes().zip(row.iter().skip(1)) {
            let replaced = if byte == other { diagonal } else { diagonal.saturating_add(1) };
            left = replaced.min(left.saturating_add(1)).min(above.saturating_add(1));
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn props(args: &PropsArgs) -> (u8, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(args, &mut out, &mut err).unwrap();
        (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    fn query(queries: &[&str]) -> PropsArgs {
        PropsArgs { queries: queries.iter().map(|query| (*query).to_owned()).collect(), ..PropsArgs::default() }
    }

    #[test]
    fn a_tagged_property_is_a_block() {
        let (code, out, err) = props(&query(&["pr_search_key", "0x300B0102"]));
        assert_eq!((code, err.as_str()), (0, ""));
        let expected = "PidTagSearchKey\n  tag     0x300B0102 (id 0x300B)\n  type    PtypBinary, PT_BINARY (0x0102)\n";
        assert!(out.starts_with(expected), "{out}");
        assert!(out.contains("\n  also    PR_SEARCH_KEY"), "{out}");
        assert!(out.contains("\n  spec    [MS-OXCPRPT] section 2.2.1.9\n"), "{out}");
        assert_eq!(out.matches("PidTagSearchKey\n").count(), 1, "two queries for one property");
    }

    #[test]
    fn a_named_property_has_its_set() {
        let (_, out, _) = props(&query(&["dispidApptStartWhole"]));
        let expected = "PidLidAppointmentStartWhole\n  set     PSETID_Appointment {00062002-0000-0000-C000-000000000046}\n  LID     0x820D\n  type    PtypTime, PT_SYSTIME (0x0040)\n";
        assert!(out.starts_with(expected), "{out}");
        let (_, out, _) = props(&query(&["PidNameKeywords"]));
        assert!(out.contains("\n  name    Keywords\n"), "{out}");
    }

    #[test]
    fn an_unknown_name_gets_suggestions_and_exit_code_1() {
        let (code, out, err) = props(&query(&["PidTagSerchKey", "PidTagSubject"]));
        assert_eq!(code, 1);
        assert!(out.starts_with("PidTagSubject\n"), "what is known is shown all the same");
        assert!(err.starts_with("winmail: no property is called \"PidTagSerchKey\"; did you mean PidTagSearchKey"), "{err}");
        let (code, out, err) = props(&query(&["0x7FEE\u{1b}"]));
        assert_eq!((code, out.as_str(), err.as_str()), (1, "", "winmail: no property is called \"0x7FEE\\u{1b}\"\n"));
    }

    #[test]
    fn search_lists_a_line_each() {
        let search = |text: &str| props(&PropsArgs { search: Some(text.to_owned()), ..PropsArgs::default() });
        let (code, out, _) = search("PidTag*SearchKey");
        assert_eq!(code, 0);
        assert!(out.lines().any(|line| line == "PidTagSearchKey  0x300B0102  PtypBinary  PR_SEARCH_KEY"), "{out}");
        let (_, out, _) = search("PidLidBusyStatus");
        assert_eq!(out, "PidLidBusyStatus  PSETID_Appointment/0x8205  PtypInteger32  dispidBusyStatus\n");
        let (code, out, err) = search("no such thing");
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(err.contains("no such thing"));
    }

    #[test]
    fn json_has_the_same_facts() {
        let (code, out, _) =
            props(&PropsArgs { json: true, ..query(&["PidTagSearchKey", "PidLidBusyStatus", "PidNameKeywords"]) });
        assert_eq!(code, 0);
        let value: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(value[0]["tag"], "0x300B0102");
        assert_eq!(value[0]["type"], json!({ "code": "0x0102", "name": "PtypBinary", "mapi_name": "PT_BINARY" }));
        assert_eq!(value[1]["set"], json!({ "name": "PSETID_Appointment", "guid": "00062002-0000-0000-C000-000000000046" }));
        assert_eq!((&value[1]["lid"], &value[2]["name"]), (&json!("0x8205"), &json!("Keywords")));
        assert!(value[2]["sources"].as_array().unwrap().contains(&json!("[MS-OXPROPS]")));
        let (code, out, err) = props(&PropsArgs { json: true, ..query(&["zzzzzzzzzzzz"]) });
        assert_eq!((code, out.as_str(), err.as_str()), (1, "[]\n", "winmail: no property is called \"zzzzzzzzzzzz\"\n"));
    }

    #[test]
    fn distance_counts_edits() {
        for (a, b, edits) in [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("subject", "subjcet", 2)] {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
    }

    #[test]
    fn arguments_parse() {
        #[derive(clap::Parser)]
        struct Cli {
            #[command(flatten)]
            args: PropsArgs,
        }
        let parse = |line: &str| <Cli as clap::Parser>::try_parse_from(line.split(' ')).map(|cli| cli.args);
        assert_eq!(parse("props PR_SUBJECT 0x0037 --json").unwrap().queries, ["PR_SUBJECT", "0x0037"]);
        assert_eq!(parse("props --search subject").unwrap().search.as_deref(), Some("subject"));
        assert!(parse("props").is_err());
        assert!(parse("props a --search b").is_err());
    }
}
