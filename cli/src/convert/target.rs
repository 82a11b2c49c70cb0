//! Where results go: files in folders, a Maildir, one file of many messages, one file, or standard output.
//!
//! Names are given out in the order of the inputs ([`Target::reserve`]), so that they do not depend on how fast what is converted. Whether a message
//! is done already the journal says, and never a name: a file that has the name and is not the result stays, and the result gets another
//! name.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use winmail::safe_name::{SafeName, sanitize};

use crate::digits::hex;
use crate::failure;
use crate::folder::Folder;
use crate::output_dir::{self, OutputDir, Slot};

use super::folders::OpenFolders;
use super::journal::{self, Entry, Journal, Line, digest};
use super::plan::Origin;
use super::{ConvertArgs, Format};

/// Where results go.
#[derive(Debug)]
pub(super) enum Target {
    Files(Files),
    Maildir(Maildir),
    /// A file that holds all of them. The thread that prints writes it.
    Joined(Joined),
    /// One file for one message.
    Single {
        path: PathBuf,
        force: bool,
        dry_run: bool,
    },
    /// Standard output. The thread that prints writes it.
    Output,
}

/// What of a target belongs to one message.
#[derive(Debug)]
pub(super) enum Place {
    File { folder: Vec<String>, name: SafeName, slot: Slot },
    Maildir,
    None,
}

/// What became of a result.
#[derive(Debug)]
pub(super) enum Delivered {
    /// It is in this file now.
    Written(PathBuf),
    /// It was in this file already.
    There(PathBuf),
    /// It is to be written behind those before it, with this line.
    Joined(Vec<u8>),
}

/// A message that may be done already.
#[derive(Debug)]
pub(super) struct Known {
    folder: String,
    sha256: String,
    entry: Option<Entry>,
}

impl Target {
    /// Opens what is written to.
    ///
    /// # Errors
    /// A sentence for the user.
    pub(super) fn open(args: &ConvertArgs, single: bool) -> Result<Self, String> {
        if args.is_piped() {
            return Ok(Target::Output);
        }
        let said = |error: io::Error| format!("{}: {}", args.output.display(), failure::words(&error));
        let options = hex(&digest(args.deciding().as_bytes())).get(..16).unwrap_or_default().to_owned();
        match args.to {
            Format::Mbox | Format::Jsonl => Joined::open(args, &options).map(Target::Joined),
            _ if single => Ok(Target::Single { path: args.output.clone(), force: args.force, dry_run: args.dry_run }),
            to => {
                if !args.dry_run {
                    fs::create_dir_all(&args.output).map_err(said)?;
                }
                let path = journal::path_of(&args.output, true);
                let journal = Journal::open(&path, &options, args.force, !args.dry_run, 0)?;
                let folders = if args.dry_run { None } else { Some(OpenFolders::open(&args.output).map_err(said)?) };
                let (root, force) = (args.output.clone(), args.force);
                let shared = Shared { root, folders, force, dry_run: args.dry_run, journal: Mutex::new(journal) };
                if to == Format::Maildir {
                    return Ok(Target::Maildir(Maildir::new(shared)));
                }
                Ok(Target::Files(Files { shared, extension: args.extension(), folders: Mutex::default() }))
            }
        }
    }

    /// Gives out the name of a result.
    pub(super) fn reserve(&self, origin: &Origin) -> Result<Place, String> {
        match self {
            Target::Files(files) => files.reserve(origin).map_err(|error| failure::words(&error)),
            Target::Maildir(_) => Ok(Place::Maildir),
            Target::Joined(_) | Target::Single { .. } | Target::Output => Ok(Place::None),
        }
    }

    /// What is known of a message from runs before this one.
    pub(super) fn known(&self, origin: &Origin, bytes: &[u8]) -> Option<Known> {
        let (journal, folder) = match self {
            Target::Files(Files { shared, .. }) | Target::Maildir(Maildir { shared, .. }) => {
                (&shared.journal, origin.folders.join("/"))
            }
            Target::Joined(joined) => (&joined.journal, String::new()),
            Target::Single { .. } | Target::Output => return None,
        };
        let sha256 = hex(&digest(bytes));
        let entry = locked(journal).take(&folder, &sha256);
        Some(Known { folder, sha256, entry })
    }

    /// Where the result of a message is, if a run before this one made it and it is still there.
    pub(super) fn there(&self, known: &Known) -> Option<PathBuf> {
        let entry = known.entry.as_ref().filter(|entry| entry.is_same)?;
        match self {
            Target::Files(files) => files.shared.intact(entry),
            Target::Maildir(maildir) => maildir.intact(entry),
            Target::Joined(joined) => Some(joined.path.clone()),
            Target::Single { .. } | Target::Output => None,
        }
    }

    /// Puts a result where it belongs.
    pub(super) fn deliver(&self, origin: &Origin, place: Place, known: Option<&Known>, made: Vec<u8>) -> io::Result<Delivered> {
        match (self, place, known) {
            (Target::Files(files), Place::File { folder, name, slot }, Some(known)) => {
                files.deliver(origin, &folder, &name, slot, known, &made)
            }
            (Target::Maildir(maildir), _, Some(known)) => maildir.deliver(origin, known, &made),
            (Target::Single { path, force, dry_run }, ..) => single(path, *force, *dry_run, &made),
            _ => Ok(Delivered::Joined(made)),
        }
    }
}

/// What folders and Maildirs share.
#[derive(Debug)]
pub(super) struct Shared {
    root: PathBuf,
    /// `None` in a dry run.
    folders: Option<OpenFolders>,
    force: bool,
    dry_run: bool,
    journal: Mutex<Journal>,
}

/// What was poisoned by a thread that is gone is still whole: lines are added in one step.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// A folder to write into.
    fn folder(&self, names: &[&str]) -> io::Result<Folder> {
        match &self.folders {
            Some(folders) => folders.get(names),
            None => Err(io::Error::other("nothing is to be written")),
        }
    }

    /// The file of an entry, if it is what was written.
    fn intact(&self, entry: &Entry) -> Option<PathBuf> {
        let path = self.root.join(&entry.output);
        is_result(&path, &entry.result).then_some(path)
    }

    fn record(&self, origin: &Origin, known: &Known, output: &str, made: &[u8]) -> io::Result<()> {
        let mut journal = locked(&self.journal);
        let line = line(origin, known, journal.options(), output);
        journal.add(&Line { result: hex(&digest(made)), ..line })
    }
}

fn line(origin: &Origin, known: &Known, options: &str, output: &str) -> Line {
    Line {
        source: origin.file.to_string_lossy().into_owned(),
        offset: origin.offset,
        sha256: known.sha256.clone(),
        options: options.to_owned(),
        folder: known.folder.clone(),
        output: output.to_owned(),
        result: String::new(),
        end: None,
    }
}

/// Whether a path is a file, and no link, with this digest.
fn is_result(path: &Path, sha256: &str) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
        && fs::read(path).is_ok_and(|bytes| hex(&digest(&bytes)) == sha256)
}

/// Whether a path is a file of just these bytes.
fn is_same(path: &Path, bytes: &[u8]) -> bool {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == length)
        && fs::read(path).is_ok_and(|found| found == bytes)
}

/// Removes what a run that was killed has left: the lock says that no other run is at work here.
fn remove_temporary(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(".winmail-") && name.ends_with(".tmp") && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            // One that cannot be removed does no harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A file a message, in folders as the input has them.
#[derive(Debug)]
pub(super) struct Files {
    shared: Shared,
    extension: &'static str,
    folders: Mutex<HashMap<Vec<String>, OutputDir>>,
}

impl Files {
    fn reserve(&self, origin: &Origin) -> io::Result<Place> {
        let folder: Vec<String> = origin.folders.iter().map(|name| sanitize(name, "folder").into_string()).collect();
        let name = match origin.mail {
            Some(mail) => format!("{}-{mail:05}.{}", origin.stem, self.extension),
            None => format!("{}.{}", origin.stem, self.extension),
        };
        let name = sanitize(&name, &format!("message.{}", self.extension));
        let slot = self.slot(&folder, &name)?;
        Ok(Place::File { folder, name, slot })
    }

    /// The next name for a file, in its folder.
    fn slot(&self, folder: &[String], name: &SafeName) -> io::Result<Slot> {
        let mut folders = locked(&self.folders);
        let (root, force) = (&self.shared.root, self.shared.force);
        let begin = || {
            let path = folder.iter().fold(root.clone(), |path, name| path.join(name));
            if !self.shared.dry_run {
                remove_temporary(&path);
            }
            OutputDir::planned(path, force)
        };
        folders.entry(folder.to_vec()).or_insert_with(begin).reserve(name)
    }

    fn deliver(
        &self,
        origin: &Origin,
        folder: &[String],
        name: &SafeName,
        mut slot: Slot,
        known: &Known,
        made: &[u8],
    ) -> io::Result<Delivered> {
        let shared = &self.shared;
        if shared.dry_run {
            return Ok(Delivered::Written(slot.path().to_owned()));
        }
        // Made with other options, and nobody has changed it since.
        if let Some((entry, path)) = known.entry.as_ref().and_then(|entry| Some((entry, shared.intact(entry)?))) {
            let names: Vec<&str> = entry.output.split('/').collect();
            let (name, folders) = names.split_last().ok_or(io::ErrorKind::NotFound)?;
            output_dir::write_in(&shared.folder(folders)?, name, true, &path, made)?;
            shared.record(origin, known, &entry.output, made)?;
            return Ok(Delivered::Written(path));
        }
        let names: Vec<&str> = folder.iter().map(String::as_str).collect();
        let handle = shared.folder(&names)?;
        loop {
            let file = slot.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
            let output = folder.iter().cloned().chain([file.clone()]).collect::<Vec<_>>().join("/");
            // A run that was killed between the file and its line.
            if !shared.force && is_same(slot.path(), made) && !locked(&shared.journal).has_output(&output) {
                shared.record(origin, known, &output, made)?;
                return Ok(Delivered::There(slot.path().to_owned()));
            }
            if shared.force || handle.kind(&file)?.is_none() {
                match output_dir::write_in(&handle, &file, shared.force, slot.path(), made) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !shared.force => {}
                    Err(error) => return Err(error),
                    Ok(()) => {
                        shared.record(origin, known, &output, made)?;
                        return Ok(Delivered::Written(slot.path().to_owned()));
                    }
                }
            }
            // Each turn takes the next number, and ends where no file has it.
            slot = self.slot(folder, name)?;
        }
    }
}

/// A Maildir, with those of Maildir++ in it.
#[derive(Debug)]
pub(super) struct Maildir {
    shared: Shared,
    /// What is in each folder, by the name without its flags: mail programs change these, and move what is read from `new` to `cur`.
    folders: Mutex<HashMap<String, HashMap<String, PathBuf>>>,
}

impl Maildir {
    fn new(shared: Shared) -> Self {
        Maildir { shared, folders: Mutex::default() }
    }

    /// Does something with what is in a folder of the Maildir, which is made if it is not there.
    fn within<T>(&self, folder: &str, work: impl FnOnce(&Path, &mut HashMap<String, PathBuf>) -> io::Result<T>) -> io::Result<T> {
        let path = if folder.is_empty() { self.shared.root.clone() } else { self.shared.root.join(folder) };
        let mut folders = locked(&self.folders);
        if !folders.contains_key(folder) {
            let mut found = HashMap::new();
            for part in ["tmp", "new", "cur"] {
                let part = path.join(part);
                if !self.shared.dry_run {
                    fs::create_dir_all(&part)?;
                }
                for entry in fs::read_dir(&part).into_iter().flatten().flatten().filter(|_| !part.ends_with("tmp")) {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let (base, _) = super::state::State::of_maildir(&name, false);
                    found.insert(base.to_owned(), entry.path());
                }
            }
            // So that servers know it for a folder of the Maildir around it.
            if !folder.is_empty() && !self.shared.dry_run {
                File::create(path.join("maildirfolder"))?;
            }
            folders.insert(folder.to_owned(), found);
        }
        let Some(found) = folders.get_mut(folder) else { return Err(io::ErrorKind::NotFound.into()) };
        work(&path, found)
    }

    /// Where the file of an entry is by now.
    fn intact(&self, entry: &Entry) -> Option<PathBuf> {
        let (folder, name) = entry.output.rsplit_once('/').unwrap_or(("", &entry.output));
        let (base, _) = super::state::State::of_maildir(name, false);
        let path = self.within(folder, |_, found| Ok(found.get(base).cloned())).ok()??;
        is_result(&path, &entry.result).then_some(path)
    }

    fn deliver(&self, origin: &Origin, known: &Known, made: &[u8]) -> io::Result<Delivered> {
        let folder = folder_name(&origin.folders);
        let base = base_name(origin, &known.sha256);
        let suffix = origin.state.suffix();
        if self.shared.dry_run {
            let path = self.shared.root.join(&folder).join(origin.state.folder()).join(format!("{base}{suffix}"));
            return Ok(Delivered::Written(path));
        }
        let (root, name, there) = self.within(&folder, |root, found| {
            let mut name = base.clone();
            let mut number = 1u32;
            while let Some(path) = found.get(&name) {
                let output = output_name(&folder, &name);
                // Files that this run has written, or is writing, do not come from a run before it.
                let is_old = !path.as_os_str().is_empty() && !locked(&self.shared.journal).has_output(&output);
                if is_old && (self.shared.force || is_same(path, made)) {
                    return Ok((root.to_owned(), name, Some(path.clone())));
                }
                number = number.saturating_add(1);
                name = format!("{base}_{number}");
            }
            found.insert(name.clone(), PathBuf::new());
            Ok((root.to_owned(), name, None))
        })?;
        let output = output_name(&folder, &name);
        if let Some(path) = there.as_ref().filter(|_| !self.shared.force) {
            self.shared.record(origin, known, &output, made)?;
            return Ok(Delivered::There(path.clone()));
        }
        let file = format!("{name}{suffix}");
        let path = root.join(origin.state.folder()).join(&file);
        let within = |part: &str| match folder.as_str() {
            "" => self.shared.folder(&[part]),
            folder => self.shared.folder(&[folder, part]),
        };
        write_mail(&within("tmp")?, &within(origin.state.folder())?, &file, made, origin.time)?;
        if let Some(old) = there.filter(|old| !old.as_os_str().is_empty() && *old != path) {
            fs::remove_file(old)?;
        }
        self.shared.record(origin, known, &output, made)?;
        let now = path.clone();
        self.within(&folder, |_, found| Ok(found.insert(name, now)))?;
        Ok(Delivered::Written(path))
    }
}

/// By way of `tmp`, as the rules of Maildirs have it, so that nobody sees half a mail.
fn write_mail(tmp: &Folder, folder: &Folder, name: &str, mail: &[u8], time: Option<SystemTime>) -> io::Result<()> {
    let mut draft = tmp.draft()?;
    draft.write_all(mail)?;
    if let Some(time) = time {
        // Where a file system does not keep times, the mail is worth more.
        let _ = draft.set_modified(time);
    }
    match folder.publish(draft, name) {
        Ok(()) => Ok(()),
        Err((error, draft)) if error.kind() == io::ErrorKind::AlreadyExists => folder.replace(draft, name),
        Err((error, _)) => Err(error),
    }
}

/// A file of a Maildir in the journal: without `cur` and flags, which change.
fn output_name(folder: &str, base: &str) -> String {
    if folder.is_empty() { base.to_owned() } else { format!("{folder}/{base}") }
}

/// The folder of a Maildir++: `.Archive.2025`. A dot in a name would be another level.
fn folder_name(folders: &[String]) -> String {
    folders.iter().map(|name| format!(".{}", sanitize(&name.replace('.', "_"), "folder").as_str().replace('.', "_"))).collect()
}

/// The name of a mail without its flags: the one it has in a Maildir, without the size that some servers put there, which may not be
/// true any more; else a time, and what no other mail has.
fn base_name(origin: &Origin, sha256: &str) -> String {
    let own = origin.stem.split(',').next().unwrap_or_default();
    if origin.is_maildir && !own.is_empty() {
        return sanitize(own, "mail").into_string();
    }
    let seconds = origin.time.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok()).map_or(0, |time| time.as_secs());
    format!("{seconds}.{}.winmail", sha256.get(..20).unwrap_or(sha256))
}

/// One file that holds all messages, one behind the other. It grows under the name `OUT.part`, and has its own when it is whole.
#[derive(Debug)]
pub(super) struct Joined {
    path: PathBuf,
    part: PathBuf,
    journal: Mutex<Journal>,
    /// `None` in a dry run.
    file: Mutex<Option<File>>,
}

impl Joined {
    fn open(args: &ConvertArgs, options: &str) -> Result<Self, String> {
        let path = args.output.clone();
        let said = |error: io::Error| format!("{}: {}", args.output.display(), failure::words(&error));
        if path.is_dir() {
            return Err(format!("{}: is a folder, and this format is one file", path.display()));
        }
        let around = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        if let Some(around) = around.filter(|around| !around.is_dir()) {
            return Err(format!("{}: there is no folder {}", path.display(), around.display()));
        }
        let mut part = path.clone().into_os_string();
        part.push(".part");
        let part = PathBuf::from(part);
        let length = |path: &Path| fs::metadata(path).map(|metadata| metadata.len()).ok();
        let (whole, begun) = (length(&path), length(&part));
        let found = whole.or(begun).unwrap_or(0);
        if begun.is_some() && !args.force && !journal::path_of(&path, false).exists() {
            return Err(format!("{}: is there already, and no run before this one made it", part.display()));
        }
        let journal = Journal::open(&journal::path_of(&path, false), options, args.force, !args.dry_run, found)?;
        if !args.force {
            if whole.is_some_and(|whole| whole != journal.end()) {
                let path = path.display();
                return Err(format!("{path}: exists already, and is not what a run before this one made; --force replaces it"));
            }
            if journal.has_other_options() {
                return Err(format!("{}: was made with other options; --force makes it anew", path.display()));
            }
        }
        let mut joined = Joined { path, part, journal: Mutex::new(journal), file: Mutex::new(None) };
        if args.dry_run {
            return Ok(joined);
        }
        if whole.is_some() && !args.force {
            fs::rename(&joined.path, &joined.part).map_err(said)?;
        }
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(&joined.part).map_err(said)?;
        let end = locked(&joined.journal).end();
        file.set_len(end).map_err(said)?;
        file.seek(SeekFrom::Start(end)).map_err(said)?;
        joined.file = Mutex::new(Some(file));
        Ok(joined)
    }

    /// Adds a message behind the others.
    pub(super) fn add(&self, origin: &Origin, known: &Known, made: &[u8], end: &mut u64) -> io::Result<()> {
        let mut file = locked(&self.file);
        let Some(file) = file.as_mut() else { return Ok(()) };
        if let Err(error) = file.write_all(made) {
            // What is whole stays whole.
            let _ = file.set_len(*end);
            return Err(error);
        }
        *end = end.saturating_add(u64::try_from(made.len()).unwrap_or(u64::MAX));
        let mut journal = locked(&self.journal);
        let output = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let line = line(origin, known, journal.options(), &output);
        journal.add(&Line { end: Some(*end), ..line })
    }

    /// Where the next message begins.
    pub(super) fn end(&self) -> u64 {
        locked(&self.journal).end()
    }

    /// Gives the file its name: all that was to go into it is in it.
    pub(super) fn finish(&self) -> io::Result<()> {
        if locked(&self.file).take().is_none() {
            return Ok(());
        }
        fs::rename(&self.part, &self.path)
    }

    /// Where it is while it grows.
    pub(super) fn part(&self) -> &Path {
        &self.part
    }
}

/// One message into one file.
fn single(path: &Path, force: bool, dry_run: bool, made: &[u8]) -> io::Result<Delivered> {
    if !force && is_same(path, made) {
        return Ok(Delivered::There(path.to_owned()));
    }
    if !dry_run {
        output_dir::write_file(path, force, |out| out.write_all(made))?;
    }
    Ok(Delivered::Written(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_maildir() {
        let folders = |names: &[&str]| folder_name(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(folders(&[]), "");
        assert_eq!(folders(&["Archive", "v1.2"]), ".Archive.v1_2");
        assert_eq!(folders(&["..", "a/b"]).matches(['/', '.']).count(), 2);
        let base = |stem: &str, is_maildir| {
            let time = SystemTime::UNIX_EPOCH.checked_add(std::time::Duration::from_secs(7));
            base_name(&Origin { stem: stem.to_owned(), is_maildir, time, ..Origin::default() }, &"ab".repeat(32))
        };
        assert_eq!(base("1700.M1P2.host,S=10,W=11", true), "1700.M1P2.host");
        assert_eq!(base("letter", false), "7.abababababababababab.winmail");
    }
}
