//! Signals that ask the program to stop: a long run sees that between two messages, says how far it came, and leaves nothing half
//! done. Whoever asks twice is obeyed at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// The signals, and what they are called.
#[cfg(unix)]
const SIGNALS: [(i32, &str); 3] = [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (signal_hook::consts::SIGHUP, "SIGHUP")];
#[cfg(not(unix))]
const SIGNALS: [(i32, &str); 2] = [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")];

/// Which signals came.
#[derive(Debug)]
pub struct Interrupts {
    came: Vec<(i32, &'static str, Arc<AtomicBool>)>,
}

/// A signal that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal {
    /// What it is called.
    pub name: &'static str,
    /// The exit code that says so to shells.
    pub exit_code: u8,
}

/// Whether the process is somebody else's.
static IS_GUEST: AtomicBool = AtomicBool::new(false);

/// Leaves signals to the process from here on: for programs that have this one in them, and handlers of their own.
pub fn leave_signals() {
    IS_GUEST.store(true, Ordering::Relaxed);
}

/// Catches the signals from here on, for the rest of the program; none of them in a process that is somebody else's.
pub fn watch() -> &'static Interrupts {
    static NONE: Interrupts = Interrupts { came: Vec::new() };
    if IS_GUEST.load(Ordering::Relaxed) {
        return &NONE;
    }
    static WATCHED: OnceLock<Interrupts> = OnceLock::new();
    WATCHED.get_or_init(|| {
        let mut came = Vec::new();
        for (signal, name) in SIGNALS.into_iter().filter(|(signal, _)| !is_ignored(*signal)) {
            let seen = Arc::new(AtomicBool::new(false));
            let code = 128_i32.saturating_add(signal);
            // In this order the first of a kind sets the flag, and the second ends the program. Where neither can be set up, the
            // signal does what it does to any program.
            if flag::register_conditional_shutdown(signal, code, Arc::clone(&seen)).is_ok()
                && flag::register(signal, Arc::clone(&seen)).is_ok()
            {
                came.push((signal, name, seen));
            }
        }
        Interrupts { came }
    })
}

impl Interrupts {
    /// The signal that came, if any did.
    #[must_use]
    pub fn signal(&self) -> Option<Signal> {
        let (number, name, _) = self.came.iter().find(|(.., seen)| seen.load(Ordering::Relaxed))?;
        let exit_code = u8::try_from(128_i32.saturating_add(*number)).unwrap_or(u8::MAX);
        Some(Signal { name, exit_code })
    }
}

/// Whether whoever started the program wants the signal ignored, as `nohup` does.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let bit = u32::try_from(signal.saturating_sub(1)).ok().and_then(|bit| 1_u64.checked_shl(bit)).unwrap_or(0);
    mask & bit != 0
}
