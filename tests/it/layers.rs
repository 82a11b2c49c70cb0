//! The layers of ARCHITECTURE.md: an arrow points down only.

use std::fs;
use std::path::{Path, PathBuf};

/// Module and layer. `mapi` and `rtf` stand side by side and do not know each other.
const LAYERS: &[(&str, u8)] = &[
    ("base", 0),
    ("mapi", 1),
    ("rtf", 1),
    ("tnef", 2),
    ("message", 3),
    ("convert", 4),
    ("policy", 5),
    ("recall", 6),
    ("cli", 7),
];

fn layer(module: &str) -> Option<u8> {
    LAYERS.iter().find(|(name, _)| *name == module).map(|(_, layer)| *layer)
}

pub fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The modules that code names as `crate::module`, line by line; comments and the tests at a file's end do not count.
fn edges(code: &str) -> Vec<(usize, String)> {
    let code = code.split("\n#[cfg(test)]\nmod tests").next().unwrap_or(code);
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let line = line.split("//").next().unwrap_or_default();
        for rest in line.split("crate::").skip(1) {
            let names = match rest.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or(list).split(',').map(str::trim).collect(),
                None => vec![rest],
            };
            for name in names {
                let module: String = name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                found.push((number + 1, module));
            }
        }
    }
    found
}

#[test]
fn no_module_uses_one_above_or_beside_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 40, "only {} sources found", files.len());
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for file in files {
        let relative = file.strip_prefix(&root).unwrap();
        let own = relative.components().next().unwrap().as_os_str().to_str().unwrap();
        let Some(own_layer) = layer(own) else { continue };
        for (line, module) in edges(&fs::read_to_string(&file).unwrap()) {
            let Some(used) = layer(&module) else { continue };
            checked += 1;
            if module != own && used >= own_layer {
                wrong.push(format!("{}:{line}: {own} uses {module}", relative.display()));
            }
        }
    }
    assert!(checked > 100, "only {checked} edges found");
    assert!(wrong.is_empty(), "edges that do not point down:\n{}", wrong.join("\n"));
}

#[test]
fn an_upward_edge_would_be_seen() {
    assert_eq!(
        edges("use crate::{cli, base::diag};\nlet x = crate::message::Message; // crate::no\n"),
        [(1, "cli".to_owned()), (1, "base".to_owned()), (2, "message".to_owned()),]
    );
}
