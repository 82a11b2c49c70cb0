//! Work as a number, so that tests can hold it to be in proportion to the input: time on a machine that does something else says little.
//! Searches say how far they looked. Outside of this package's own tests nothing is counted.

#[cfg(test)]
pub(crate) use counted::assert_linear;

/// Says that a search looked at so many bytes or items.
#[inline(always)]
pub(crate) fn count(steps: usize) {
    #[cfg(test)]
    counted::add(steps);
    #[cfg(not(test))]
    let _ = steps;
}

#[cfg(test)]
mod counted {
    use std::cell::Cell;

    thread_local! {
        static STEPS: Cell<usize> = const { Cell::new(0) };
    }

    pub(super) fn add(steps: usize) {
        STEPS.with(|sum| sum.set(sum.get().saturating_add(steps)));
    }

    /// How many steps this thread takes for `work`.
    fn of<T>(work: impl FnOnce() -> T) -> usize {
        let before = STEPS.with(Cell::get);
        drop(work());
        STEPS.with(Cell::get).saturating_sub(before)
    }

    /// Asserts that `work` on an input of twice the size takes no more than 2.5 times the steps, and some at all.
    pub(crate) fn assert_linear<T>(what: &str, size: usize, mut work: impl FnMut(usize) -> T) {
        let (once, twice) = (of(|| work(size)), of(|| work(size.saturating_mul(2))));
        assert!(once > 0 && twice <= once / 2 * 5 + 100, "{what}: {once} steps for {size}, {twice} for twice as much");
    }
}
