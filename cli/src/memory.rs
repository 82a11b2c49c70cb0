//! How much memory the program may use, as the system says at its start: a mail that needs more is let pass as it is, and not
//! begun with, as who runs out of memory is ended without a word.
//!
//! Linux: `ulimit -v` (RLIMIT_AS, in /proc/self/limits) and the limit of the control group, in both of its versions. Elsewhere
//! nothing is known.

use std::fs;
use std::path::Path;

/// How many times its size a mail needs at most: 3 where it is attachments, which is what makes mails large, 9 where it is HTML with
/// links, up to 18 where it is all short words (measured with GNU time on mails of 7 to 26 MB).
const FACTOR: u64 = 20;
/// What the program needs by itself.
const BASE: u64 = 24 << 20;

/// The limit in bytes; `None` if there is none, or nobody says so.
pub(crate) fn limit() -> Option<u64> {
    let read = |path: &Path| fs::read_to_string(path).ok();
    let address_space = read(Path::new("/proc/self/limits")).and_then(|text| of_limits(&text));
    let groups = read(Path::new("/proc/self/cgroup")).unwrap_or_default();
    let groups = groups.lines().filter_map(of_group).filter_map(|path| read(Path::new(&path)).and_then(|text| of_number(&text)));
    groups.chain(address_space).min()
}

/// How large a mail may be under a limit, if so many are converted at once.
pub(crate) fn longest(limit: u64, jobs: u64) -> u64 {
    limit.saturating_sub(BASE).checked_div(FACTOR.saturating_mul(jobs.max(1))).unwrap_or(0)
}

/// How many mails of a usual largest size can be converted at once under a limit.
pub(crate) fn jobs(limit: u64) -> u64 {
    const LARGE: u64 = 32 << 20;
    longest(limit, 1).checked_div(LARGE).unwrap_or(0).max(1)
}

/// The soft limit in a line of /proc/self/limits.
fn of_limits(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    of_number(line.split_whitespace().next()?)
}

/// The file with the limit of a control group, by its line of /proc/self/cgroup.
fn of_group(line: &str) -> Option<String> {
    let mut parts = line.splitn(3, ':');
    let (_, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
    let path = path.trim_end_matches('/');
    match controllers {
        "" => Some(format!("/sys/fs/cgroup{path}/memory.max")),
        _ if controllers.split(',').any(|name| name == "memory") => {
            Some(format!("/sys/fs/cgroup/memory{path}/memory.limit_in_bytes"))
        }
        _ => None,
    }
}

/// A number of bytes; `None` of words, and of numbers that stand for none.
fn of_number(text: &str) -> Option<u64> {
    const NONE: u64 = 1 << 60;
    text.trim().parse().ok().filter(|number| *number < NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_as_the_system_writes_them() {
        let text = "Limit                     Soft Limit           Hard Limit           Units     \n\
            Max address space         104857600            unlimited            bytes     \n";
        assert_eq!(of_limits(text), Some(100 << 20));
        assert_eq!(of_limits(&text.replace("104857600", "unlimited")), None);
        assert_eq!(of_group("0::/user.slice/a").as_deref(), Some("/sys/fs/cgroup/user.slice/a/memory.max"));
        assert_eq!(of_group("4:memory:/").as_deref(), Some("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
        assert_eq!(of_group("9:pids:/"), None);
        assert_eq!((of_number("max\n"), of_number("4096\n"), of_number("9223372036854771712")), (None, Some(4096), None));
        assert_eq!((jobs(0), jobs(1 << 30), jobs(4 << 30)), (1, 1, 6));
        assert_eq!((longest(BASE, 1), longest(BASE + 1000, 1), longest(BASE + 1000, 2)), (0, 50, 25));
    }
}
