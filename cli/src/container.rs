//! Which container a changed message gets: the one that it came in, unless `--to` or the name of the output says otherwise.

use std::path::Path;

use winmail::input::Loaded;
use winmail::message::MsgWriteOptions;
use winmail::msg::MsgReader;
use winmail::{Message, WriteOptions};

use super::flags;

/// A container of properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Container {
    /// TNEF (winmail.dat)
    Tnef,
    /// Outlook's own file (.msg)
    Msg,
}

/// Arguments for the container.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ContainerArgs {
    /// What to write; without it the name of the output says it (.dat, .tnef, .msg, .oft), else it is what came in
    #[arg(long, value_name = "FORMAT")]
    to: Option<Container>,
    /// Into a .msg also write more recipients or attachments than the 2,048 of each that Outlook opens
    #[arg(long)]
    beyond_limits: bool,
}

/// What is to be said of a .msg that was made.
pub(super) fn note(bytes: &[u8]) -> Option<&'static str> {
    /// Where the version of a container stands.
    const VERSION: usize = 26;
    let is_new = bytes.get(VERSION) == Some(&4);
    (MsgReader::is_compound(bytes) && is_new)
        .then_some("is larger than 2 GiB and so a container of version 4, which Outlook may not open")
}

fn ends(output: &Path, ends: &[&str]) -> bool {
    output.extension().is_some_and(|found| ends.iter().any(|end| found.eq_ignore_ascii_case(end)))
}

impl ContainerArgs {
    /// The container for what was loaded.
    pub(super) fn chosen(&self, output: &Path, loaded: &Loaded) -> Container {
        match (self.to, loaded.is_msg()) {
            (Some(to), _) => to,
            _ if ends(output, &["msg", "oft"]) => Container::Msg,
            _ if ends(output, &["dat", "tnef"]) => Container::Tnef,
            (None, true) => Container::Msg,
            (None, false) => Container::Tnef,
        }
    }

    /// A message in the container for what was loaded.
    ///
    /// # Errors
    /// Unencodable, in words.
    pub(super) fn written(
        &self,
        message: &Message<'_>,
        loaded: &Loaded,
        output: &Path,
        options: &WriteOptions,
    ) -> Result<Vec<u8>, String> {
        self.chosen(output, loaded).written(message, loaded, output, (options, self.beyond_limits))
    }
}

impl Container {
    /// Whether it is the one that something came in.
    pub(super) fn is_that_of(self, loaded: &Loaded) -> bool {
        (self == Container::Msg) == loaded.is_msg()
    }

    /// A message in this container.
    ///
    /// # Errors
    /// Unencodable, in words.
    fn written(
        self,
        message: &Message<'_>,
        loaded: &Loaded,
        output: &Path,
        (options, beyond_limits): (&WriteOptions, bool),
    ) -> Result<Vec<u8>, String> {
        let written = match self {
            Container::Tnef => message.to_tnef(options),
            Container::Msg => {
                let mut msg = MsgWriteOptions::default();
                msg.beyond_limits = beyond_limits;
                let was_template = || MsgReader::open(&loaded.bytes).is_ok_and(|reader| reader.is_template());
                msg.is_template = ends(output, &["oft"]) || !ends(output, &["msg"]) && was_template();
                message.to_msg(&msg)
            }
        };
        written.map_err(|error| flags::said(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_large_container_it_is_said_that_outlook_may_not_open_it() {
        let mut bytes = Message::new("IPM.Note").to_msg(&MsgWriteOptions::default()).unwrap();
        assert_eq!(note(&bytes), None);
        bytes[26] = 4;
        assert!(note(&bytes).is_some_and(|note| note.contains("Outlook")));
        assert_eq!(note(&[4; 100]), None);
    }
}
