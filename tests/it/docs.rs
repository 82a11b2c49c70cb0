//! The documentation that repeats the code: `UPDATE_DOCS=1 cargo test --test it docs` writes it anew.

use winmail::base::CATALOGUE;

#[test]
fn diagnostics_page_has_every_row_of_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diagnostics.md");
    let mut page = String::from(
        "# Diagnostics\n\nWhat `winmail check` and `Report` can say. Codes are stable. `--strict` and `ReadOptions::strict` stop at \
         those of severity\n*error*; the others never stop anything.\n\nThe category says what a defect means: *security* (programs may see different \
         things in the file, or something is hidden in it), *loss*\n(something is missing or may be damaged), *interoperability* \
         (a specification is broken, and nothing is missing), *cosmetic*. `winmail check\n--fail-on security`, `loss` or `any` decides \
         which of them count. The last column names the class of Exchange's `TnefComplianceStatus`.\n\nThis page is written by `UPDATE_DOCS=1 cargo test --test it docs`.\n\n\
         | code | severity | category | section | what is done about it | Exchange |\n|---|---|---|---|---|---|\n",
    );
    for row in CATALOGUE {
        let exchange: Vec<&str> = row.status.exchange_names().filter(|name| *name != "Compliant").collect();
        let exchange = exchange.join(", ");
        page.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {exchange} |\n",
            row.name,
            row.severity,
            row.code.category(),
            row.section,
            row.recovery
        ));
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    assert!(there == page, "docs/diagnostics.md is stale: UPDATE_DOCS=1 cargo test --test it docs");
}
