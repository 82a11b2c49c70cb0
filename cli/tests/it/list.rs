//! `winmail list --json` and `dump --json` of a .msg: what they say is on the pages of their schemas.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{corpus, page, testdata, winmail};

/// The names of all fields, at every depth.
fn fields(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                found.insert(name.clone());
                fields(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| fields(value, found)),
        _ => {}
    }
}

/// Those of the first column of the tables of a page.
fn of_page(page: &str) -> BTreeSet<String> {
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|line| line.split(" |").next());
    cells
        .flat_map(|cell| cell.split(['`', ',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

fn printed(verb: &[&str], files: &[PathBuf]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let files: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    let done = winmail([verb, &["--json"], &files].concat());
    let value: Value = serde_json::from_str(&done.out).unwrap();
    // The lines are the elements.
    let lines = winmail([verb, &["--jsonl"], &files].concat());
    let lines: Vec<Value> = lines.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(value, Value::Array(lines));
    fields(&value, &mut found);
    found
}

#[test]
fn every_field_of_list_is_on_its_page_and_every_field_of_the_page_is_printed() {
    let Some(page) = page("list-json.md") else { return };
    let files = ["winmail", "nested", "appointment", "many-recipients", "checksum", "reference"];
    let mut files: Vec<PathBuf> = files.map(|name| testdata().join(format!("{name}.dat"))).into_iter().collect();
    files.retain(|file| file.exists());
    assert!(files.len() >= 4, "{files:?}");
    files.push(PathBuf::from("/nonexistent"));
    let found = printed(&["list"], &files);
    for field in &found {
        assert!(page.contains(&format!("`{field}`")), "{field} is not documented");
    }
    for field in of_page(&page) {
        assert!(found.contains(&field), "{field} is never printed");
    }
    let files: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    let printed = winmail([&["list", "--jsonl"][..], &files].concat());
    assert!(printed.out.lines().all(|line| line.starts_with("{\"schema\":\"winmail-list/1\",")), "{}", printed.out);
}

#[test]
fn every_field_of_a_dump_of_an_outlook_file_is_on_its_page() {
    let (Some(page), Some(corpus)) = (page("dump-json.md"), corpus()) else { return };
    for field in printed(&["dump", "--no-data"], &[corpus.join("msg")]) {
        assert!(page.contains(&format!("`{field}`")), "{field} is not documented");
    }
}
