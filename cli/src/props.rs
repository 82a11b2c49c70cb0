//! `winmail props`: the property dictionary, by name, tag, id or LID.

use std::io::{self, Write};

use serde_json::{Value, json};

use winmail::mapi::dictionary::{self, Match, Sources};
use winmail::mapi::{ErrorCode, NamedKind, PropType, named_values, value_name};

/// Arguments of `winmail props`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PropsArgs {
    /// Names or numbers: PidTagSubject, PR_SUBJECT, 0x0037001F, 0x0037 or 55, PidLidBusyStatus, PSETID_Appointment/0x8205, Keywords. A
    /// property set lists all of it: PSETID_Meeting. NAME=VALUE says what a value means: PidTagMessageFlags=0x41. An error code: 0x8004010F
    /// or MAPI_E_NOT_FOUND
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
    let mut meanings = Vec::new();
    for query in &args.queries {
        if let Some(set) = sets::named(query) {
            let all = dictionary::named_entries().filter(|entry| entry.tag.set == set).map(Match::Named);
            add_new(&mut found, all);
            continue;
        }
        let said = Meaning::of(query);
        let is_said = said.is_some();
        meanings.extend(said);
        let matches = if is_said { Vec::new() } else { of_number_or_name(query) };
        if matches.is_empty() && !is_said {
            write!(err, "winmail: no property is called \"{}\"", query.escape_debug())?;
            let near = nearest(query);
            if !near.is_empty() {
                write!(err, "; did you mean {}?", near.join(", "))?;
            }
            writeln!(err)?;
            code = 1;
        }
        add_new(&mut found, matches);
    }
    let is_listed = args.search.is_some() || args.queries.iter().any(|query| sets::named(query).is_some());
    if args.json {
        let list = found.iter().map(|found| Facts::of(found).to_json());
        let list: Vec<Value> = list.chain(meanings.iter().map(Meaning::to_json)).collect();
        super::json_out::pretty(out, &list)?;
    } else if is_listed {
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
    if !args.json {
        for meaning in &meanings {
            writeln!(out, "{}", meaning.line)?;
        }
    }
    Ok(code)
}

fn add_new(found: &mut Vec<Match>, more: impl IntoIterator<Item = Match>) {
    for new in more {
        if !found.contains(&new) {
            found.push(new);
        }
    }
}

/// What the dictionary finds, and for digits alone what they are as a decimal id, tag or LID: other programs print them so.
fn of_number_or_name(query: &str) -> Vec<Match> {
    let mut found = dictionary::find(query);
    let digits = query.trim();
    let is_decimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(number) = digits.parse::<u32>().ok().filter(|_| is_decimal) {
        let hex = if number > 0xFFFF { format!("0x{number:08X}") } else { format!("0x{number:04X}") };
        add_new(&mut found, dictionary::find(&hex));
    }
    found
}

/// Property sets by what they are called.
mod sets {
    use uuid::Uuid;
    use winmail::mapi::dictionary;

    /// The set that a query names as a whole: `PSETID_Meeting`, `{6ED8DA90-450B-101B-98DA-00AA003F1305}`.
    pub(super) fn named(query: &str) -> Option<Uuid> {
        let query = query.trim();
        let guid = query.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(query);
        let known = |set: &Uuid| dictionary::named_entries().any(|entry| entry.tag.set == *set);
        dictionary::set_by_name(query).or_else(|| Uuid::try_parse(guid).ok().filter(|_| guid.contains('-'))).filter(known)
    }
}

/// What a value or an error code stands for.
struct Meaning {
    line: String,
    json: Value,
}

impl Meaning {
    /// Of an error code, by number or name, or of `NAME=VALUE`.
    fn of(query: &str) -> Option<Self> {
        let query = query.trim();
        if let Some((name, value)) = query.split_once('=') {
            let value = number(value.trim())?;
            return dictionary::find(name).into_iter().find_map(|found| Meaning::of_value(&found, value));
        }
        let code = number(query).and_then(|code| u32::try_from(code).ok()).map(ErrorCode);
        // A number below is an id or tag.
        let code = code.filter(|code| code.name().is_some()).or_else(|| ErrorCode::from_name(query))?;
        let (name, words) = (code.name()?, code.meaning()?);
        let number = format!("0x{:08X}", code.0);
        let json = json!({ "kind": "error", "code": number, "name": name, "meaning": words });
        Some(Meaning { line: format!("{number}  {name}  {words}"), json })
    }

    fn of_value(found: &Match, value: i64) -> Option<Self> {
        let words = match found {
            Match::Tag(entry) => value_name(entry.tag, value)?,
            Match::Named(_) => return None,
        };
        let name = found.best_name();
        let json = json!({ "kind": "value", "name": name, "value": value, "meaning": words });
        Some(Meaning { line: format!("{name} {value} (0x{:X})  {words}", value & 0xFFFF_FFFF), json })
    }

    fn to_json(&self) -> Value {
        self.json.clone()
    }
}

/// A number as people and programs write it; a negative one is that of 32 bits.
fn number(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok().map(i64::from),
        None => {
            let number: i64 = text.parse().ok()?;
            let is_error = i32::try_from(number).is_ok() && number < -0x10000;
            Some(if is_error { number & 0xFFFF_FFFF } else { number })
        }
    }
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
        row(out, "source", &source_names(self.sources).join(", "))?;
        for (value, name) in self.values() {
            row(out, "value", &format!("{value}  {name}"))?;
        }
        Ok(())
    }

    /// The values that have a name, flags in hexadecimal digits.
    fn values(&self) -> Vec<(String, &'static str)> {
        let Match::Tag(entry) = self.found else { return Vec::new() };
        let shown = |value: i64, is_flag: bool| if is_flag || value > 0xFF { format!("0x{value:X}") } else { value.to_string() };
        named_values(entry.tag).map(|(value, name, is_flag)| (shown(value, is_flag), name)).collect()
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
            ("values", json!(self.values().iter().map(|(value, name)| json!([value, name])).collect::<Vec<_>>())),
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
    fn numbers_are_decimal_too() {
        // 55 is 0x0037; 3604511 is 0x0037001F; 33293 is LID 0x820D; 3613 is 0x0E1D, and 0x3613 by its digits.
        for (number, name) in [
            ("55", "PidTagSubject"),
            ("3604511", "PidTagSubject"),
            ("33293", "PidLidAppointmentStartWhole"),
            ("3613", "PidTagNormalizedSubject"),
            ("3613", "PidTagContainerClass"),
        ] {
            let (code, out, err) = props(&query(&[number]));
            assert!(code == 0 && out.lines().any(|line| line == name), "{number}: {out}{err}");
        }
    }

    #[test]
    fn a_whole_set_is_a_line_a_property() {
        for set in ["PSETID_Meeting", "{6ED8DA90-450B-101B-98DA-00AA003F1305}", "6ed8da90-450b-101b-98da-00aa003f1305"] {
            let (code, out, err) = props(&query(&[set]));
            assert_eq!((code, err.as_str()), (0, ""), "{set}");
            assert!(out.lines().count() > 10 && out.lines().all(|line| line.contains("  PSETID_Meeting/0x")), "{out}");
        }
    }

    #[test]
    fn error_codes_and_values_have_a_meaning() {
        for code in ["0x8004010F", "MAPI_E_NOT_FOUND", "mapi_e_not_found", "2147746063", "-2147221233"] {
            assert_eq!(props(&query(&[code])).1, "0x8004010F  MAPI_E_NOT_FOUND  not found\n", "{code}");
        }
        let (code, out, _) = props(&query(&["PR_MESSAGE_FLAGS=0x11", "PidTagPriority=-1"]));
        assert_eq!(
            (code, out.as_str()),
            (0, "PidTagMessageFlags 17 (0x11)  read | has attachment\nPidTagPriority -1 (0xFFFFFFFF)  non-urgent\n")
        );
        let (code, _, err) = props(&query(&["PidTagSubject=1"]));
        assert!(code == 1 && err.contains("PidTagSubject=1"), "{err}");
        let (_, out, _) = props(&query(&["PidTagMessageFlags"]));
        assert!(out.contains("\n  value   0x10  has attachment\n"), "{out}");
        let json = props(&PropsArgs { json: true, ..query(&["0x80070005", "PidTagImportance=2"]) }).1;
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&value[0]["name"], &value[1]["meaning"]), (&json!("MAPI_E_NO_ACCESS"), &json!("high")));
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
