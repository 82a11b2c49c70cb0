//! `winmail recall request`: a recall request for tests.

use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use winmail::Message;
use winmail::recall::Request;
use winmail::{FileTime, WriteOptions};

use super::super::output_dir;
use super::super::read::{self, ReadArgs};
use super::super::{EXIT_OK, Streams};
use super::{Failure, Outcomes};

/// Arguments of `winmail recall request`.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct RequestArgs {
    /// The message to recall: TNEF, or a mail that carries it
    #[arg(value_name = "ORIGINAL")]
    original: PathBuf,
    /// Where to write the request as TNEF; - is standard output
    #[arg(long, short, value_name = "OUT")]
    output: PathBuf,
    /// Replace a file that is there
    #[arg(long, short)]
    force: bool,
    /// Ask for no reports
    #[arg(long)]
    no_reports: bool,
    #[command(flatten)]
    read: ReadArgs,
}

pub(super) fn run(args: &RequestArgs, streams: &mut Streams<'_>) -> Outcomes {
    let name = read::display_name(&args.original);
    let said = |reason: String| Failure::Said(format!("{name}: {reason}"));
    let loaded = read::load(&args.original, &args.read, streams.stdin).map_err(said)?;
    let original = Message::read(&loaded.bytes, &loaded.reading(&args.read.options()))
        .map_err(|error| said(read::failure(&error, &loaded)))?;
    let request = Request { now: now(), random: random(), wants_reports: !args.no_reports };
    let made = request.make(&original).map_err(|error| said(error.to_string()))?;
    let bytes = made.to_tnef(&WriteOptions::default()).map_err(|error| said(error.to_string()))?;
    if args.output == Path::new("-") {
        crate::foreign::write(streams, &bytes)?;
        return Ok(EXIT_OK);
    }
    let written = output_dir::write_file(&args.output, args.force, |out| out.write_all(&bytes));
    written.map_err(|error| Failure::Said(error.to_string()))?;
    let key = original.search_key().map(|key| key.to_string()).unwrap_or_default();
    writeln!(streams.out, "{}: asks for {key}", read::display_name(&args.output))?;
    Ok(EXIT_OK)
}

fn now() -> FileTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
    FileTime::from_unix(seconds, since.subsec_nanos()).unwrap_or_default()
}

/// What the standard library has of randomness, which is enough for a key in a test.
fn random() -> [u8; 16] {
    let half = |salt: u8| RandomState::new().hash_one(salt).to_le_bytes();
    let mut all = [0; 16];
    all.iter_mut().zip(half(0).into_iter().chain(half(1))).for_each(|(byte, random)| *byte = random);
    all
}
