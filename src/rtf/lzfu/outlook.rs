//! What Outlook and Exchange write.
//!
//! Their streams do not follow the scan of [MS-OXRTFCP] 2.3.3.2.1 where several matches are equally long. They are those of
//! the classic LZSS compressor with one binary search tree: each position of the window is a node, ordered by the 17 bytes
//! that stand there; whoever inserts a position walks down from the root, and the first node on this way with the longest
//! common beginning is the match. A node that is equal in all 17 bytes is replaced by the new one. A position leaves the tree
//! before the one 4080 bytes later comes, its place being taken by its successor where it has two children. Found by
//! comparing with the streams of all real messages at hand: the token choices of all of them come out the same.

use super::matches::{Match, Text};
use super::runs::Runs;
use super::{LONGEST, WINDOW};

pub(super) fn tokens(text: &Text, runs: &mut Runs) {
    if text.end() == Text::START {
        // The empty document is written as one NUL, which RAWSIZE 0 takes back.
        runs.literal(0);
        runs.reference(Match { from: Text::START.saturating_add(1), length: 2 });
        return;
    }
    let mut tree = Tree::new();
    for at in 0..Text::START {
        tree.insert(text, at);
    }
    // The match at `at`, and the next position that is to be inserted.
    let mut at = Text::START;
    while at < text.end() {
        let found = tree.insert(text, at);
        let length = found.length.min(text.longest(at));
        let next = if length < 2 {
            runs.literal(text.byte(at));
            at.saturating_add(1)
        } else {
            runs.reference(Match { from: found.from, length });
            at.saturating_add(length)
        };
        for passed in at.saturating_add(1)..next {
            tree.insert(text, passed);
        }
        at = next;
    }
    runs.end(text);
}

/// No node.
const NIL: u16 = u16::MAX;

/// The node above the root: the root is its right child.
const TOP: u16 = 4096;

/// A node for each place of the window.
#[derive(Clone, Copy)]
struct Node {
    up: u16,
    /// Left: smaller; right: greater.
    down: [u16; 2],
}

const LEFT: usize = 0;
const RIGHT: usize = 1;

const UNUSED: Node = Node { up: NIL, down: [NIL, NIL] };

struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    fn new() -> Self {
        Tree { nodes: vec![UNUSED; WINDOW.saturating_add(1)] }
    }

    #[inline(always)]
    fn node(&self, node: u16) -> Node {
        self.nodes.get(usize::from(node)).copied().unwrap_or(UNUSED)
    }

    #[inline(always)]
    fn set_up(&mut self, node: u16, up: u16) {
        if let Some(node) = self.nodes.get_mut(usize::from(node)) {
            node.up = up;
        }
    }

    #[inline(always)]
    fn set_down(&mut self, node: u16, side: usize, down: u16) {
        if let Some(place) = self.nodes.get_mut(usize::from(node)).and_then(|node| node.down.get_mut(side)) {
            *place = down;
        }
        self.set_up(down, node);
    }

    #[inline(always)]
    fn down(&self, node: u16, side: usize) -> u16 {
        self.node(node).down.get(side).copied().unwrap_or(NIL)
    }

    /// Puts `new` where `old` hangs.
    fn hang(&mut self, old: u16, new: u16) {
        let up = self.node(old).up;
        let side = if self.down(up, RIGHT) == old { RIGHT } else { LEFT };
        self.set_down(up, side, new);
        self.set_up(old, NIL);
    }

    /// Puts `at` into the tree, and takes out the position that is too far back. Returns the match; its length counts
    /// padding as text.
    #[inline(always)]
    fn insert(&mut self, text: &Text, at: usize) -> Match {
        self.remove(place(at.wrapping_add(LONGEST).wrapping_sub(1)));
        let new = place(at);
        if let Some(node) = self.nodes.get_mut(usize::from(new)) {
            *node = UNUSED;
        }
        let mut best = Match { from: at, length: 0 };
        let mut above = TOP;
        let mut side = RIGHT;
        loop {
            let node = self.down(above, side);
            if node == NIL {
                self.set_down(above, side, new);
                return best;
            }
            // The last time that this place was written.
            let from = at.wrapping_sub(at.wrapping_sub(usize::from(node)) % WINDOW);
            let length = text.common(from, at);
            if length > best.length {
                best = Match { from, length };
                if length == LONGEST {
                    let [left, right] = self.node(node).down;
                    self.hang(node, new);
                    self.set_down(new, LEFT, left);
                    self.set_down(new, RIGHT, right);
                    return best;
                }
            }
            let (this, that) = (at.wrapping_add(length), from.wrapping_add(length));
            side = usize::from(text.byte(this) > text.byte(that));
            above = node;
        }
    }

    #[inline(always)]
    fn remove(&mut self, node: u16) {
        let Node { up, down: [left, right] } = self.node(node);
        if up == NIL {
            return;
        }
        if left == NIL || right == NIL {
            self.hang(node, if left == NIL { right } else { left });
            return;
        }
        // The successor: right, and then as far left as it goes.
        let mut next = right;
        while self.down(next, LEFT) != NIL {
            next = self.down(next, LEFT);
        }
        if next != right {
            self.hang(next, self.down(next, RIGHT));
            self.set_down(next, RIGHT, right);
        }
        self.set_down(next, LEFT, left);
        self.hang(node, next);
    }
}

#[inline(always)]
fn place(at: usize) -> u16 {
    u16::try_from(at % WINDOW).unwrap_or_default()
}
