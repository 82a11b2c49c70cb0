//! The library's sources as the tests of its structure see them: the paths that code names, and its string literals.
//!
//! Comments, doc comments and what is compiled for tests alone do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The names of a module from the root on; empty for `lib.rs`.
pub type Module = Vec<String>;

/// A path that code names.
#[derive(Debug, Clone)]
struct Named {
    line: usize,
    /// The module that names it: that of the file, or one within it.
    module: Module,
    path: Vec<String>,
}

/// A `use`: what it names, the name that it gives to it, and whether it hands that on.
#[derive(Debug, Clone)]
struct Import {
    named: Named,
    alias: String,
    reexport: bool,
}

/// A string literal, as it is written.
#[derive(Debug, Clone)]
pub struct Text {
    pub file: String,
    pub line: usize,
    pub text: String,
}

/// A use of one file's items in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub from: Module,
    pub to: Module,
    pub file: String,
    pub line: usize,
    /// As the code names it: `super::item::Found`.
    pub path: String,
    /// A `pub use`: it hands something on and need not use it.
    pub reexport: bool,
}

#[derive(Debug, Default)]
struct Source {
    /// The path from `src` on.
    file: String,
    imports: Vec<Import>,
    inline: Vec<Named>,
    texts: Vec<Text>,
    /// Modules for tests alone that stand in files of their own.
    tests: Vec<Module>,
}

/// All files of the library.
#[derive(Debug)]
pub struct Sources {
    files: BTreeMap<Module, Source>,
}

impl Sources {
    /// The files of `src`.
    pub fn library() -> &'static Sources {
        static LIBRARY: OnceLock<Sources> = OnceLock::new();
        LIBRARY.get_or_init(|| {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
            let mut files = Vec::new();
            collect(&root, &root, &mut files);
            assert!(files.len() > 200, "only {} sources found", files.len());
            Sources::of(&files)
        })
    }

    /// Files that are given as path and code.
    pub fn of<S: AsRef<str>>(files: &[(S, S)]) -> Sources {
        let mut sources = BTreeMap::new();
        for (path, code) in files {
            let (path, code) = (path.as_ref(), code.as_ref());
            let module = module_of(path);
            let mut source = Source { file: path.to_owned(), ..Source::default() };
            let tokens: TokenStream = code.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
            walk(tokens, &module, &mut source);
            sources.insert(module, source);
        }
        let tests: BTreeSet<Module> = sources.values().flat_map(|source| source.tests.clone()).collect();
        sources.retain(|module, _| !(1..=module.len()).any(|length| tests.contains(&module[..length])));
        Sources { files: sources }
    }

    /// The path of a module's file.
    pub fn file(&self, module: &Module) -> &str {
        &self.files[module].file
    }

    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.files.keys()
    }

    /// All string literals.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.files.values().flat_map(|source| &source.texts)
    }

    /// Every use of one file's items in another, in the order of the files.
    pub fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (from, source) in &self.files {
            let imports = source.imports.iter().map(|import| (&import.named, import.reexport));
            let inline = source.inline.iter().map(|named| (named, false));
            for (named, reexport) in imports.chain(inline) {
                let Some(to) = self.target(from, named).filter(|to| to != from) else { continue };
                let (file, path) = (source.file.clone(), named.path.join("::"));
                edges.push(Edge { from: from.clone(), to, file, line: named.line, path, reexport });
            }
        }
        edges
    }

    /// The module whose file defines what a path names; `None` for other crates, and for modules that are only named.
    fn target(&self, file: &Module, named: &Named) -> Option<Module> {
        let (mut module, mut rest) = self.start(file, named)?;
        // A name can be handed on several times.
        for _ in 0..16 {
            while let Some(child) =
                rest.first().map(|name| child_of(&module, name)).filter(|child| self.files.contains_key(child))
            {
                module = child;
                rest.remove(0);
            }
            let name = rest.first()?;
            let source = self.files.get(&module)?;
            let Some(import) = source.imports.iter().find(|import| import.alias == *name && import.named.module == module) else {
                return Some(module);
            };
            let Some((next, mut path)) = self.start(&module, &import.named) else {
                // It comes from another crate.
                return import.reexport.then_some(module);
            };
            path.extend(rest.drain(1..));
            (module, rest) = (next, path);
        }
        None
    }

    /// Where a path begins, and what is left of it.
    fn start(&self, file: &Module, named: &Named) -> Option<(Module, Vec<String>)> {
        let mut rest = named.path.clone();
        let mut module = named.module.clone();
        match rest.first()?.as_str() {
            "crate" => module.clear(),
            "self" | "super" => {
                while rest.first()? == "super" {
                    module.pop();
                    rest.remove(0);
                }
                if rest.first()? == "self" {
                    rest.remove(0);
                }
                // A module within a file is that file.
                module.truncate(module.len().min(self.depth(&module)));
                return Some((module, rest));
            }
            first if self.files.contains_key(&child_of(&module, first)) => return Some((module, rest)),
            first => {
                // The name of a module that was imported. Imported items have an edge already.
                let source = self.files.get(file)?;
                let import = source.imports.iter().find(|import| import.alias == first && import.named.path[0] != first)?;
                let (module, path) = self.start(file, &import.named)?;
                let (module, path) = self.descended(module, path);
                rest.remove(0);
                return path.is_empty().then_some((module, rest));
            }
        }
        rest.remove(0);
        Some((module, rest))
    }

    /// Follows a path as far as it names modules with files of their own.
    fn descended(&self, mut module: Module, mut rest: Vec<String>) -> (Module, Vec<String>) {
        while let Some(child) = rest.first().map(|name| child_of(&module, name)).filter(|child| self.files.contains_key(child)) {
            module = child;
            rest.remove(0);
        }
        (module, rest)
    }

    /// How many names of a module lead to a file.
    fn depth(&self, module: &Module) -> usize {
        (0..=module.len()).rev().find(|length| self.files.contains_key(&module[..*length])).unwrap_or_default()
    }
}

fn child_of(module: &Module, name: &str) -> Module {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

fn module_of(path: &str) -> Module {
    let path = path.strip_suffix(".rs").unwrap();
    let mut names: Module = path.split('/').map(str::to_owned).collect();
    if names.last().is_some_and(|last| last == "mod" || last == "lib") {
        names.pop();
    }
    names
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let names: Vec<_> = path.strip_prefix(root).unwrap().iter().map(|name| name.to_str().unwrap()).collect();
            files.push((names.join("/"), fs::read_to_string(&path).unwrap()));
        }
    }
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn is_word(token: Option<&TokenTree>, wanted: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(word)) if word == wanted)
}

/// Whether `::` stands at a place.
fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}

/// Reads the tokens of a file or of a group in it.
fn walk(tokens: TokenStream, module: &Module, source: &mut Source) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    let mut reexport = false;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                if is_punct(tokens.get(at), '!') {
                    at += 1;
                }
                // Doc comments are attributes here.
                let Some(TokenTree::Group(attribute)) = tokens.get(at) else { continue };
                at += 1;
                if attribute.stream().to_string().replace(' ', "") == "cfg(test)" {
                    at = skip_item(&tokens, at, module, source);
                }
            }
            TokenTree::Ident(word) if word == "pub" => {
                reexport = true;
                if matches!(tokens.get(at), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis) {
                    at += 1;
                }
                continue;
            }
            TokenTree::Ident(word) if word == "use" => {
                let end = tokens[at..].iter().position(|token| is_punct(Some(token), ';')).map_or(tokens.len(), |end| at + end);
                // `use<>` of a type does not count.
                if !is_punct(tokens.get(at), '<') {
                    tree(&tokens[at..end], &[], &mut |line, path, alias| {
                        let named = Named { line, module: module.clone(), path };
                        source.imports.push(Import { named, alias, reexport });
                    });
                    at = end;
                }
            }
            TokenTree::Ident(word) if word == "mod" => {
                if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(group))) = (tokens.get(at), tokens.get(at + 1)) {
                    walk(group.stream(), &child_of(module, &name.to_string()), source);
                    at += 2;
                }
            }
            TokenTree::Ident(word) => {
                let mut path = vec![word.to_string()];
                while let (true, Some(TokenTree::Ident(next))) = (is_path(&tokens, at), tokens.get(at + 2)) {
                    path.push(next.to_string());
                    at += 3;
                }
                if path.len() > 1 {
                    source.inline.push(Named { line: word.span().start().line, module: module.clone(), path });
                }
            }
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                if text.contains('"') {
                    source.texts.push(Text { file: source.file.clone(), line: literal.span().start().line, text });
                }
            }
            TokenTree::Group(group) => walk(group.stream(), module, source),
            TokenTree::Punct(_) => {}
        }
        reexport = false;
    }
}

/// The place behind an item that is for tests alone.
fn skip_item(tokens: &[TokenTree], start: usize, module: &Module, source: &mut Source) -> usize {
    let mut at = start;
    while let Some(token) = tokens.get(at) {
        at += 1;
        if let (true, Some(TokenTree::Ident(name))) = (is_word(Some(token), "mod"), tokens.get(at)) {
            source.tests.push(child_of(module, &name.to_string()));
        }
        let is_body = matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        if is_body || is_punct(Some(token), ';') {
            break;
        }
    }
    at
}

/// The paths of a `use`, each with the name that it gives.
fn tree(tokens: &[TokenTree], prefix: &[String], found: &mut dyn FnMut(usize, Vec<String>, String)) {
    for branch in tokens.split(|token| is_punct(Some(token), ',')) {
        let mut path = prefix.to_vec();
        let mut alias = None;
        let mut line = 0;
        for (at, token) in branch.iter().enumerate() {
            match token {
                TokenTree::Ident(word) if word == "as" => alias = branch.get(at + 1).map(ToString::to_string),
                TokenTree::Ident(word) if alias.is_none() => {
                    line = word.span().start().line;
                    path.push(word.to_string());
                }
                TokenTree::Punct(star) if star.as_char() == '*' => path.push("*".to_owned()),
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    tree(&inner, &path, found);
                    path.clear();
                }
                _ => {}
            }
        }
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        if let Some(last) = path.last().cloned() {
            found(line, path, alias.unwrap_or(last));
        }
    }
}
