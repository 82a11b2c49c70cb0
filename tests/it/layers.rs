//! The structure of the library, as ARCHITECTURE.md has it: layers, no circles of files, no words of the program.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::{Edge, Module, Sources};

/// Module and layer. Modules of one layer stand side by side and do not know each other.
const LAYERS: &[(&str, u8)] = &[
    ("base", 0),
    ("html", 1),
    ("mapi", 1),
    ("rtf", 2),
    ("safe_name", 1),
    ("tnef", 2),
    ("msg", 2),
    ("message", 3),
    ("items", 4),
    ("json", 4),
    ("redact", 4),
    ("convert", 5),
    ("input", 6),
    ("policy", 6),
    ("recall", 7),
];

/// Circles that are still there, by their first file. A circle that is gone fails the test, too, until its row is deleted.
const KNOWN_CIRCLES: &[&str] = &[];

fn layer(module: &Module) -> Option<u8> {
    let own = module.first()?;
    Some(LAYERS.iter().find(|(name, _)| name == own).unwrap_or_else(|| panic!("{own} has no layer")).1)
}

/// The edges that do not point down.
fn wrong_edges(sources: &Sources) -> Vec<String> {
    let edges = sources.edges();
    let wrong = edges.iter().filter(|edge| edge.from.first() != edge.to.first() && layer(&edge.from).is_some());
    let wrong = wrong.filter(|edge| layer(&edge.to).is_none_or(|to| Some(to) >= layer(&edge.from)));
    wrong.map(|edge| format!("{}:{}: {}", edge.file, edge.line, edge.path)).collect()
}

#[test]
fn no_module_uses_one_above_or_beside_it() {
    let sources = Sources::library();
    let count = sources.edges().iter().filter(|edge| edge.from.first() != edge.to.first()).count();
    assert!(count > 500, "only {count} edges found");
    let wrong = wrong_edges(sources);
    assert!(wrong.is_empty(), "edges that do not point down:\n{}", wrong.join("\n"));
}

#[test]
fn an_edge_that_does_not_point_down_would_be_seen() {
    let sources = Sources::of(&[
        ("lib.rs", "mod base; mod mapi; mod rtf; mod message; pub use message::Message;"),
        ("base/mod.rs", "pub struct Code;"),
        (
            "mapi/mod.rs",
            "use crate::{rtf::Token, base::Code};\n// crate::message::Message\n/// crate::message::Message\npub struct Tag;",
        ),
        ("rtf/mod.rs", "pub struct Token; #[cfg(test)] mod tests { use crate::message::Message; }"),
        ("message/mod.rs", "use crate::mapi::Tag; pub struct Message;"),
        ("base/text.rs", "fn f() -> String { format!(\"{}\", crate::Message::name()) }"),
    ]);
    assert_eq!(wrong_edges(&sources), ["base/text.rs:1: crate::Message::name", "mapi/mod.rs:1: crate::rtf::Token"]);
}

/// The circles of files, each as the edges within it.
///
/// A file depends on another if it imports one of its items (`use`), or names one by a path within code. A path is followed to the
/// file that defines the item, through all re-exports. A `pub use` alone is no dependency: a `mod.rs` may hand on what its children
/// have, and these may use what it has. A `mod.rs` that *uses* its children while they use its own items is a circle like any other:
/// what both need belongs into a file below.
///
/// Calls of methods are not seen. A type may therefore hold itself by way of another one (a message in an attachment), and a type's
/// methods may stand in several files.
fn circles(sources: &Sources) -> Vec<Vec<Edge>> {
    let edges: Vec<Edge> = sources.edges().into_iter().filter(|edge| !edge.reexport).collect();
    let mut next: BTreeMap<&Module, BTreeSet<&Module>> = BTreeMap::new();
    for edge in &edges {
        next.entry(&edge.from).or_default().insert(&edge.to);
    }
    let reached = |from: &Module| {
        let mut seen: BTreeSet<&Module> = BTreeSet::new();
        let mut open: Vec<&Module> = next.get(from).into_iter().flatten().copied().collect();
        while let Some(module) = open.pop() {
            if seen.insert(module) {
                open.extend(next.get(module).into_iter().flatten());
            }
        }
        seen
    };
    let reach: BTreeMap<&Module, BTreeSet<&Module>> = sources.modules().map(|module| (module, reached(module))).collect();
    let mut circles = Vec::new();
    let mut done = BTreeSet::new();
    for module in sources.modules() {
        let circle: BTreeSet<&Module> = reach[module].iter().filter(|other| reach[**other].contains(module)).copied().collect();
        if circle.len() > 1 && done.insert(circle.clone()) {
            let within = edges.iter().filter(|edge| circle.contains(&edge.from) && circle.contains(&edge.to));
            circles.push(within.cloned().collect());
        }
    }
    circles
}

fn shown(sources: &Sources, circle: &[Edge]) -> String {
    let edges = circle.iter().map(|edge| format!("  {}:{}: {} -> {}", edge.file, edge.line, edge.path, sources.file(&edge.to)));
    edges.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let sources = Sources::library();
    let (known, new): (Vec<_>, Vec<_>) =
        circles(sources).into_iter().partition(|circle| KNOWN_CIRCLES.contains(&circle[0].file.as_str()));
    let new: Vec<String> = new.iter().map(|circle| shown(sources, circle)).collect();
    assert!(new.is_empty(), "{} circles of files:\n{}", new.len(), new.join("\n\n"));
    let known: Vec<&str> = known.iter().map(|circle| circle[0].file.as_str()).collect();
    assert_eq!(known, KNOWN_CIRCLES, "a known circle is gone: delete its row");
}

#[test]
fn a_circle_of_files_would_be_seen() {
    let found = |files: &[(&str, &str)]| {
        let sources = Sources::of(files);
        circles(&sources).iter().map(|circle| shown(&sources, circle)).collect::<Vec<_>>()
    };
    let lib = ("lib.rs", "mod a; mod b; mod c; pub use b::B;");
    // Imports, a path within a macro, and one by way of a re-export.
    let a = ("a.rs", "use super::b::B;\npub struct A;");
    for (b, named) in [
        ("use crate::a::A; pub struct B;", "crate::a::A"),
        ("pub struct B; fn f() { println!(\"{}\", super::a::A::new()) }", "super::a::A::new"),
        ("use crate::a; pub struct B; fn f(a: a::A) {}", "a::A"),
        ("use crate::{a::{self as first}}; pub struct B; fn f(a: first::A) {}", "first::A"),
    ] {
        let edges = format!("  a.rs:1: super::b::B -> b.rs\n  b.rs:1: {named} -> a.rs");
        assert_eq!(found(&[lib, a, ("b.rs", b)]), [edges], "{b}");
    }
    let three =
        [lib, ("a.rs", "use crate::B; pub struct A;"), ("b.rs", "use crate::c::C; pub struct B;"), ("c.rs", "use crate::a::A;")];
    assert_eq!(found(&three), ["  a.rs:1: crate::B -> b.rs\n  b.rs:1: crate::c::C -> c.rs\n  c.rs:1: crate::a::A -> a.rs"]);
    // Comments, tests, files of tests and re-exports make none.
    for b in [
        "pub struct B; // use crate::a::A;",
        "/// `crate::a::A` \n#[doc = \"crate::a::A\"] pub struct B;",
        "pub struct B; #[cfg(test)] mod tests { use crate::a::A; }",
        "pub struct B; #[cfg(test)] use crate::a::A; const NAME: &str = \"crate::a::A\";",
        "pub struct B; pub use crate::a::A;",
        "pub struct B; pub(crate) use crate::a::{A, C};",
    ] {
        assert!(found(&[lib, a, ("b.rs", b)]).is_empty(), "{b}");
    }
    let tests = ("b/tests.rs", "use crate::a::A; use super::*;");
    assert!(found(&[lib, a, ("b/mod.rs", "pub struct B; #[cfg(test)] mod tests;"), tests]).is_empty());
    // A `mod.rs` and its children.
    let child = ("a/child.rs", "use super::Shared; pub struct Child(Shared);");
    let hands_on = ("a/mod.rs", "mod child; pub use child::Child; pub struct Shared;");
    assert!(found(&[lib, hands_on, child]).is_empty());
    let uses = ("a/mod.rs", "mod child; use child::Child; pub struct Shared; fn f(child: Child) {}");
    let edges = "  a/mod.rs:1: child::Child -> a/child.rs\n  a/child.rs:1: super::Shared -> a/mod.rs";
    assert_eq!(found(&[lib, uses, child]), [edges]);
}

/// Literals that name a flag of a command line, or the program and a verb of it.
fn program_words(sources: &Sources) -> Vec<String> {
    let follows = |text: &str, what: &str| {
        // The letter of an escape is no part of a word.
        let text = ["\\n", "\\r", "\\t"].iter().fold(text.to_owned(), |text, escape| text.replace(escape, " "));
        text.match_indices(what).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let behind = text[at + what.len()..].chars().next();
            // `xn--` is IDNA's, `<!--` HTML's.
            !before.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '!') && behind.is_some_and(|c| c.is_ascii_lowercase())
        })
    };
    let found = sources.texts().filter(|text| follows(&text.text, "--") || follows(&text.text, "winmail "));
    found.map(|text| format!("{}:{}: {}", text.file, text.line, text.text)).collect()
}

#[test]
fn the_library_does_not_speak_of_the_program() {
    let sources = Sources::library();
    let count = sources.texts().count();
    assert!(count > 2_000, "only {count} string literals found");
    let found = program_words(sources);
    assert!(found.is_empty(), "words of the program:\n{}", found.join("\n"));
}

#[test]
fn a_word_of_the_program_would_be_seen() {
    let words = |code: &str| program_words(&Sources::of(&[("lib.rs", code)])).len();
    for code in [
        "const A: &str = \"say who (--from)\";",
        "fn f() { g(format!(\"{n}: see\\n--max-depth\")) }",
        "const A: &[u8] = b\"--json\";",
        "const A: &str = r#\"`winmail dump`\"#;",
    ] {
        assert_eq!(words(code), 1, "{code}");
    }
    for code in [
        "/// `winmail dump --json`\nconst A: &str = \"xn--a <!--a--> winmail.dat --{boundary}-- --\";",
        "// \"--from\"\n#[cfg(test)] mod tests { const A: &str = \"--from\"; }",
    ] {
        assert_eq!(words(code), 0, "{code}");
    }
}
