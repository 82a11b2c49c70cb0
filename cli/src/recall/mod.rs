//! `winmail recall`: will a recall find its message, and if not, why.
//!
//! Exit codes of `explain` and `match` say the outcome: 0 will be deleted (found), 4 the recipient is told, 5 it stays, 6 it cannot
//! be found, 7 it cannot be recalled at all, 8 cannot be told; 1 and 2 as everywhere. Of several copies the worst counts. `trace`
//! ends with 6 where the key is another at last, and with 8 where that cannot be told.

mod explain;
mod given;
mod load;
mod matches;
mod request;
mod trace;

use std::io;

use serde_json::{Value, json};

use winmail::recall::{FactComparison, Item, Outcome};

use super::style::{Shown, Style};
use super::{EXIT_FAILED, EXIT_OK, Streams};

/// The recipient is told.
pub const EXIT_TOLD: u8 = 4;
/// The message stays.
pub const EXIT_STAYS: u8 = 5;
/// The recall does not find the message; the key did not survive.
pub const EXIT_NOT_FOUND: u8 = 6;
/// The message cannot be recalled at all.
pub const EXIT_NOT_APPLICABLE: u8 = 7;
/// Too little is known.
pub const EXIT_NOT_KNOWN: u8 = 8;

/// Arguments of `winmail recall`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Exit codes of explain: 0 it will be deleted, 4 the recipient is told, 5 it stays, 6 it cannot be found,\n\
    7 it cannot be recalled at all, 8 cannot be told, 1 failed, 2 wrong usage. Of several copies the worst counts.\n\
    match: 0 found, 6 not found. trace: 0 the key was kept, 6 it is another at last, 8 cannot be told."
)]
pub struct RecallArgs {
    #[command(subcommand)]
    verb: RecallVerb,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum RecallVerb {
    /// Say what becomes of a delivered message, condition by condition, and what to do
    Explain(Box<explain::ExplainArgs>),
    /// Look for the message that a recall asks for
    Match(matches::MatchArgs),
    /// Follow one message through several places: where its search key was lost
    Trace(trace::TraceArgs),
    /// Make a recall request for a message, for tests
    Request(request::RequestArgs),
}

/// Runs one of the verbs; the result is the exit code.
///
/// # Errors
/// Those of the writers.
pub fn run(args: &RecallArgs, style: Style, streams: &mut Streams<'_>) -> io::Result<u8> {
    let result = match &args.verb {
        RecallVerb::Explain(args) => explain::run(args, style, streams),
        RecallVerb::Match(args) => matches::run(args, style, streams),
        RecallVerb::Trace(args) => trace::run(args, style, streams),
        RecallVerb::Request(args) => request::run(args, streams),
    };
    match result {
        Ok(code) => Ok(code),
        Err(Failure::Output(error)) => Err(error),
        Err(Failure::Said(message)) => {
            writeln!(streams.err, "winmail: {}", Shown(&message))?;
            Ok(EXIT_FAILED)
        }
    }
}

/// Why a verb stops: the output failed, or something that people are told in a sentence.
enum Failure {
    Output(io::Error),
    Said(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Failure::Said(message)
    }
}

type Outcomes = Result<u8, Failure>;

/// The exit code of an outcome.
fn exit_code(outcome: Option<Outcome>) -> u8 {
    match outcome {
        Some(Outcome::WillBeDeleted) => EXIT_OK,
        Some(Outcome::RecipientIsTold) => EXIT_TOLD,
        Some(Outcome::StaysInPlace) => EXIT_STAYS,
        Some(Outcome::CannotBeFound) => EXIT_NOT_FOUND,
        Some(Outcome::NotApplicable) => EXIT_NOT_APPLICABLE,
        _ => EXIT_NOT_KNOWN,
    }
}

/// The worse of two exit codes: a failure, then what cannot be recalled, then what is not known.
fn worse(one: u8, other: u8) -> u8 {
    const ORDER: [u8; 7] = [EXIT_OK, EXIT_TOLD, EXIT_STAYS, EXIT_NOT_KNOWN, EXIT_NOT_FOUND, EXIT_NOT_APPLICABLE, EXIT_FAILED];
    let rank = |code: u8| ORDER.iter().position(|known| *known == code);
    if rank(other) > rank(one) { other } else { one }
}

/// What is known of an item, as JSON, the same in every verb.
fn item_json(item: &Item) -> Value {
    let keys = |keys: &[winmail::recall::Located<winmail::mapi::SearchKey<'static>>]| -> Vec<Value> {
        keys.iter().map(|key| json!({ "key": key.value.to_string(), "at": key.at })).collect()
    };
    json!({
        "name": item.name,
        "form": item.form.describe(),
        "kind": item.kind.describe(),
        "class": item.class.as_ref().map(|class| &class.value),
        "keys": keys(&item.keys),
        "asks_for": item.request.as_ref().map(|request| keys(&request.keys)),
        "no_key": item.no_key(),
        "notes": item.notes,
    })
}

fn agreements_json(comparisons: &[FactComparison]) -> Vec<Value> {
    let found = |found: &winmail::recall::Located<String>| json!({ "value": found.value, "at": found.at });
    comparisons
        .iter()
        .map(|one| {
            json!({
                "fact": one.fact.describe(),
                "agrees": one.agrees,
                "one": found(&one.one),
                "other": found(&one.other),
            })
        })
        .collect()
}

fn print_json(value: &Value, streams: &mut Streams<'_>) -> io::Result<()> {
    crate::json_out::pretty(streams.out, value)
}

#[cfg(test)]
mod tests;
