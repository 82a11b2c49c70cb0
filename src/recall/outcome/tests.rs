use super::*;

/// Expected outcomes, written down from the sources and not from the code: each row is the documented (or inferred) case, with
/// `.` for "whatever", in the order organization, unprotected, key, cloud, recall of read, unread, folder.
const DOCUMENTED: &[(&str, Outcome, &str)] = &[
    // SUPPORT: "sender and recipient need Microsoft 365 or Exchange mailboxes in the same organization".
    ("0......", Outcome::NotApplicable, "documented"),
    // SUPPORT: mail protected by Azure Information Protection cannot be recalled; CODETWO: cloud recall takes it.
    ("10.0...", Outcome::NotApplicable, "documented"),
    // VENDOR: recall matches on the search key; a connector changes it and the recall fails.
    ("1.01...", Outcome::CannotBeFound, "documented"),
    ("1100...", Outcome::CannotBeFound, "documented"),
    // LEARN: deleted from the mailbox; read messages too unless RecallReadMessagesEnabled is false.
    ("1.111..", Outcome::WillBeDeleted, "documented"),
    ("1.1101.", Outcome::WillBeDeleted, "documented"),
    // Inference from LEARN: it is not recalled, and the request never reaches the recipient.
    ("1.1100.", Outcome::StaysInPlace, "inference"),
    // OFFICE: unread and together: deleted; read: told; in separate folders: told, whatever was read.
    ("1110.11", Outcome::WillBeDeleted, "documented"),
    ("1110.01", Outcome::RecipientIsTold, "documented"),
    ("1110..0", Outcome::RecipientIsTold, "documented"),
];

fn expected(known: &Known) -> (Outcome, &'static str) {
    let word = [known.organization, known.unprotected, known.key, known.cloud, known.recall_read, known.unread, known.folder];
    let fits = |pattern: &str| pattern.chars().zip(word).all(|(c, bit)| c == '.' || (c == '1') == bit);
    let rows: Vec<_> = DOCUMENTED.iter().filter(|(pattern, ..)| fits(pattern)).collect();
    assert_eq!(rows.len(), 1, "{known:?}: the cases exclude each other and leave nothing out");
    (rows[0].1, rows[0].2)
}

fn known(bits: u32) -> Known {
    let bit = |number: u32| bits >> number & 1 == 1;
    Known {
        key: bit(0),
        organization: bit(1),
        unread: bit(2),
        folder: bit(3),
        unprotected: bit(4),
        cloud: bit(5),
        recall_read: bit(6),
    }
}

#[test]
fn every_combination_of_known_conditions_has_the_documented_outcome() {
    for bits in 0..128 {
        let known = known(bits);
        let rule = rule(&known).unwrap();
        let (outcome, basis) = expected(&known);
        assert_eq!(rule.outcome, outcome, "{known:?}");
        assert_eq!(rule.documented, basis == "documented", "{known:?}: {}", rule.source);
    }
}

#[test]
fn every_row_decides_somewhere_and_cites_or_says_that_it_infers() {
    for (at, row) in RULES.iter().enumerate() {
        let decides = (0..128).any(|bits| rule(&known(bits)).unwrap().when == row.when);
        assert!(decides, "row {at} is never reached");
        let cites = ["LEARN", "SUPPORT", "OFFICE", "VENDOR"].iter().any(|source| row.source.starts_with(source));
        assert!(if row.documented { cites } else { row.source.starts_with("inference") }, "{}", row.source);
    }
}

/// All 3^8 combinations of verdicts: what is possible is what the completions of the unknown ones come to, no more and no less.
#[test]
fn what_is_not_known_leaves_every_outcome_that_a_completion_has() {
    let mut certain = 0;
    for mut number in 0..3_usize.pow(8) {
        let mut next = || {
            let verdict = Verdict::ALL[number % 3];
            number /= 3;
            verdict
        };
        let verdicts = Verdicts {
            key: next(),
            organization: next(),
            unread: next(),
            folder: next(),
            unprotected: next(),
            route: next(),
            cloud: next(),
            recall_read: next(),
        };
        // Without TNEF the key is lost: the one inference that stands before the table.
        let key =
            if verdicts.key == Verdict::NotKnown && verdicts.route == Verdict::NotMet { Verdict::NotMet } else { verdicts.key };
        let agrees = |verdict: Verdict, bit: bool| verdict == Verdict::NotKnown || (verdict == Verdict::Met) == bit;
        let mut wanted: Vec<Outcome> = (0..128)
            .map(known)
            .filter(|known| {
                agrees(key, known.key)
                    && agrees(verdicts.organization, known.organization)
                    && agrees(verdicts.unread, known.unread)
                    && agrees(verdicts.folder, known.folder)
                    && agrees(verdicts.unprotected, known.unprotected)
                    && agrees(verdicts.cloud, known.cloud)
                    && agrees(verdicts.recall_read, known.recall_read)
            })
            .map(|known| expected(&known).0)
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let found = outcomes(&possible(&verdicts));
        assert_eq!(found, wanted, "{verdicts:?}");
        certain += usize::from(found.len() == 1);
    }
    assert!(certain > 2000, "{certain}");
}

#[test]
fn nothing_known_leaves_everything_possible() {
    let all = Verdict::NotKnown;
    let verdicts = Verdicts {
        key: all,
        organization: all,
        unread: all,
        folder: all,
        unprotected: all,
        route: all,
        cloud: all,
        recall_read: all,
    };
    assert_eq!(outcomes(&possible(&verdicts)), Outcome::ALL);
}
