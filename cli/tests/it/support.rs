//! What the integration tests share: the corpus, hashes, the command line with buffers.

// Each test binary uses a part of this.
#![allow(dead_code)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use sha2::Digest;
use winmail::Attachment;
use winmail::message::Content;
use winmail_cli::{self as cli, Streams};
use winmail_tools::sample::SHAPES;

/// The folder of real and hostile samples: `WINMAIL_CORPUS`, else `../shared/corpus`. Where there is none, one line says
/// so and the test has nothing to do.
pub fn corpus() -> Option<PathBuf> {
    let folder = match std::env::var_os("WINMAIL_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"),
    };
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no corpus at {}", folder.display());
    None
}

/// The folder `testdata` of the workspace; where the package stands alone, one with the same samples, made anew.
pub fn testdata() -> PathBuf {
    static MADE: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for shape in SHAPES {
            let mut bytes = Vec::new();
            shape.write(0, None, &mut bytes).expect("a sample can be made");
            std::fs::write(folder.path().join(shape.name).with_extension("dat"), bytes).expect("a sample can be written");
        }
        folder
    });
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata");
    if workspace.is_dir() { workspace } else { MADE.path().to_owned() }
}

/// A page of the workspace's documentation; `None`, and a line that says so, where the package stands alone.
pub fn page(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    let page = std::fs::read_to_string(&path).ok();
    if page.is_none() {
        println!("skipped: {} is not there", path.display());
    }
    page
}

/// A file of the corpus.
pub struct Sample {
    /// Its name without folder and extension.
    pub name: String,
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

/// Every TNEF stream of `testdata` and of the corpus, by name. A corpus without any is a broken one.
pub fn tnef_samples() -> Vec<Sample> {
    let own = files(&testdata(), "dat");
    let corpus = corpus().map(|corpus| files(&corpus.join("tnef"), "tnef")).unwrap_or_default();
    own.into_iter().chain(corpus).map(sample).collect()
}

/// The files of a folder by their extension; there must be some.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    assert!(!paths.is_empty(), "no .{extension} files in {}", folder.display());
    paths.sort();
    paths
}

/// One TNEF stream of the corpus; `None` where there is no corpus.
pub fn tnef_sample(name: &str) -> Option<Sample> {
    Some(sample(corpus()?.join("tnef").join(format!("{name}.tnef"))))
}

fn sample(path: PathBuf) -> Sample {
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.file_stem().expect("a sample has a name").to_string_lossy().into_owned();
    Sample { name, path, bytes }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn sha256(bytes: &[u8]) -> String {
    hex(&sha2::Sha256::digest(bytes))
}

pub fn md5(bytes: &[u8]) -> String {
    hex(&md5::Md5::digest(bytes))
}

/// What a run of the program did.
pub struct Run {
    pub code: u8,
    pub out: String,
    pub err: String,
}

/// Whether whoever runs the tests ignores a signal, as `nohup` does with SIGHUP: programs that they start ignore it as well.
#[cfg(target_os = "linux")]
pub fn is_ignored(signal: &str) -> bool {
    let number =
        ["HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM"]
            .iter()
            .position(|name| *name == signal)
            .unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    u64::from_str_radix(mask.trim(), 16).unwrap() & (1 << number) != 0
}

/// Runs `winmail` with arguments, in this process.
pub fn winmail<A: Into<OsString>>(args: impl IntoIterator<Item = A>) -> Run {
    let (code, out, err) = winmail_on(args, &[]);
    Run { code, out: String::from_utf8(out).expect("the program writes UTF-8"), err }
}

/// The same on standard input: exit code, standard output, which may hold any mail, standard error.
pub fn winmail_on<A: Into<OsString>>(args: impl IntoIterator<Item = A>, mut stdin: &[u8]) -> (u8, Vec<u8>, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once(OsString::from("winmail")).chain(args.into_iter().map(Into::into));
    let mut streams = Streams { stdin: &mut stdin, out: &mut out, err: &mut err, out_is_terminal: false };
    let code = cli::run(args, &mut streams);
    (code, out, String::from_utf8(err).expect("the program writes UTF-8"))
}

/// The value of an attachment: a file's bytes; of an object everything, the interface id in front included.
pub fn value(attachment: &Attachment<'_>) -> Vec<u8> {
    match &attachment.content {
        Content::Object(object) => {
            let interface = object.interface.map(|id| id.to_bytes_le().to_vec()).unwrap_or_default();
            [&interface[..], &object.data].concat()
        }
        content => content.bytes().to_vec(),
    }
}
