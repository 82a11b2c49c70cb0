//! The documentation that repeats the code: `UPDATE_DOCS=1 cargo test --test it docs` writes it anew.

use winmail::base::CATALOGUE;

#[test]
fn diagnostics_page_has_every_row_of_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diagnostics.md");
    let mut page = String::from(
        "# Diagnostics\n\nWhat `winmail check` and `Report` can say. Codes are stable. `--strict` and `ReadOptions::strict` stop at \
         those of severity\n*error*; the others never stop anything. The last column names the class of Exchange's \
         `TnefComplianceStatus`.\n\nThis page is written by `UPDATE_DOCS=1 cargo test --test it docs`.\n\n\
         | code | severity | section | what is done about it | Exchange |\n|---|---|---|---|---|\n",
    );
    for row in CATALOGUE {
        let exchange: Vec<&str> = row.status.exchange_names().filter(|name| *name != "Compliant").collect();
        let exchange = exchange.join(", ");
        page.push_str(&format!("| `{}` | {} | {} | {} | {exchange} |\n", row.name, row.severity, row.section, row.recovery));
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    assert!(there == page, "docs/diagnostics.md is stale: UPDATE_DOCS=1 cargo test --test it docs");
}
