use super::*;
use crate::base::{FileTime, ReadOptions};
use crate::mapi::blob::ConversationIndex;
use crate::mapi::{PropValue, tags};
use crate::recall::environment::{Environment, Mailbox, Switch};
use crate::recall::request::Request;
use crate::{Message, WriteOptions};

const KEY: [u8; 16] = [1; 16];
const OTHER: [u8; 16] = [2; 16];
const SENT: FileTime = FileTime(0x01DA_1713_6D2F_1E00);

fn binary(bytes: &[u8]) -> PropValue<'static> {
    PropValue::Binary(bytes.to_vec().into())
}

/// A message from Alice to Bob with this key.
fn message(key: &[u8]) -> Message<'static> {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SUBJECT, "Figures");
    message.properties.set(tags::INTERNET_MESSAGE_ID, "<1@fabrikam.com>");
    message.properties.set(tags::SENDER_SMTP_ADDRESS, "alice@fabrikam.com");
    message.properties.set(tags::CLIENT_SUBMIT_TIME, PropValue::Time(SENT));
    let index = ConversationIndex::new(SENT, uuid::Uuid::from_u128(7));
    message.properties.set(tags::CONVERSATION_INDEX, binary(&index.to_bytes()));
    if !key.is_empty() {
        message.properties.set(tags::SEARCH_KEY, binary(key));
    }
    message.recipients.push(crate::Recipient::smtp(crate::mapi::RecipientType::TO, "Bob", "bob@fabrikam.com"));
    message
}

fn item(name: &str, message: &Message<'_>) -> Item {
    Item::read(name, &message.to_tnef(&WriteOptions::default()).unwrap(), &ReadOptions::lenient()).unwrap()
}

fn recall_of(original: &Message<'_>) -> Message<'static> {
    Request { now: FileTime(SENT.0 + 600_000_000), random: [9; 16], wants_reports: true }.make(original).unwrap()
}

/// Everything as classic recall needs it.
fn classic() -> Environment {
    Environment {
        accepted_domains: vec![crate::policy::DomainPattern::parse("fabrikam.com").unwrap()],
        message_recall_enabled: Switch::Off,
        any_mailbox: Mailbox {
            read: Some(false),
            folder: Some("Inbox".to_owned()),
            recall_folder: Some("inbox".to_owned()),
            ..Mailbox::default()
        },
        ..Environment::default()
    }
}

fn ask(recall: &Item, original: Option<&Item>, delivered: Item, environment: &Environment) -> Diagnosis {
    diagnose(&Case { recall, original, environment, policy: None }, &Candidate::new(delivered))
}

fn verdict(diagnosis: &Diagnosis, condition: Condition) -> Verdict {
    diagnosis.rows.iter().find(|row| row.condition == condition).unwrap().verdict
}

#[test]
fn an_untouched_message_will_be_deleted() {
    let original = item("o", &message(&KEY));
    let recall = item("r", &recall_of(&message(&KEY)));
    let diagnosis = ask(&recall, Some(&original), original.clone(), &classic());
    assert_eq!(diagnosis.outcome(), Some(Outcome::WillBeDeleted), "{diagnosis:#?}");
    assert!(diagnosis.remedies().is_empty());
    assert_eq!(diagnosis.rows.iter().map(|row| row.condition).collect::<Vec<_>>(), Condition::ALL);
}

#[test]
fn a_changed_key_is_told_from_another_message() {
    let original = item("o", &message(&KEY));
    let recall = item("r", &recall_of(&message(&KEY)));
    let changed = ask(&recall, Some(&original), item("d", &message(&OTHER)), &classic());
    assert_eq!(changed.outcome(), Some(Outcome::CannotBeFound));
    assert!(changed.conclusion.ends_with("the key was changed on the way"), "{}", changed.conclusion);
    assert_eq!(verdict(&changed, Condition::RouteKeepsTnef), Verdict::NotMet);
    assert_eq!(changed.reasons().first().unwrap().condition, Condition::SameKey);
    let mut other = message(&OTHER);
    other.properties.set(tags::SUBJECT, "Lunch");
    other.properties.set(tags::INTERNET_MESSAGE_ID, "<2@fabrikam.com>");
    let another = ask(&recall, Some(&original), item("d", &other), &classic());
    assert_eq!(another.outcome(), Some(Outcome::CannotBeFound));
    assert!(another.conclusion.ends_with("this is another message"), "{}", another.conclusion);
    // Without the original the recall request itself tells: conversation, subject, sender.
    let alone = ask(&recall, None, item("d", &message(&OTHER)), &classic());
    assert_eq!((alone.outcome(), alone.similarity), (Some(Outcome::CannotBeFound), Similarity::Probable));
}

#[test]
fn the_environment_decides_between_deleted_told_and_kept() {
    let original = item("o", &message(&KEY));
    let recall = item("r", &recall_of(&message(&KEY)));
    let outcome = |change: fn(&mut Environment)| {
        let mut environment = classic();
        change(&mut environment);
        ask(&recall, Some(&original), original.clone(), &environment).outcomes
    };
    type Row = (fn(&mut Environment), &'static [Outcome]);
    let table: [Row; 9] = [
        (|all| all.any_mailbox.read = Some(true), &[Outcome::RecipientIsTold]),
        (|all| all.any_mailbox.folder = Some("Projects".to_owned()), &[Outcome::RecipientIsTold]),
        (|all| all.any_mailbox.read = None, &[Outcome::WillBeDeleted, Outcome::RecipientIsTold]),
        (|all| all.recipient = Some("bob@contoso.com".to_owned()), &[Outcome::NotApplicable]),
        (|all| all.recipient = Some("bob@gmail.com".to_owned()), &[Outcome::NotApplicable]),
        (|all| all.accepted_domains.clear(), &[Outcome::WillBeDeleted, Outcome::NotApplicable]),
        (
            |all| {
                (all.message_recall_enabled, all.recall_read_messages_enabled, all.any_mailbox.read) =
                    (Switch::Default, Switch::Default, Some(true))
            },
            &[Outcome::WillBeDeleted],
        ),
        (
            |all| {
                (all.message_recall_enabled, all.recall_read_messages_enabled, all.any_mailbox.read) =
                    (Switch::On, Switch::Off, Some(true))
            },
            &[Outcome::StaysInPlace],
        ),
        (
            |all| (all.recipient, all.cross_tenant_recall) = (Some("bob@contoso.com".to_owned()), Some(true)),
            &[Outcome::WillBeDeleted],
        ),
    ];
    for (number, (change, outcomes)) in table.into_iter().enumerate() {
        assert_eq!(outcome(change), outcomes, "row {number}");
    }
}

#[test]
fn with_nothing_known_everything_is_said_to_be_open() {
    let original = item("o", &message(&KEY));
    let recall = item("r", &recall_of(&message(&KEY)));
    let diagnosis = ask(&recall, Some(&original), original.clone(), &Environment::default());
    assert_eq!(diagnosis.outcome(), None);
    assert_eq!(diagnosis.depends_on, [Condition::Organization, Condition::Unread, Condition::SameFolder, Condition::CloudRecall]);
    // What is documented where nothing is set comes first, and is called an assumption.
    assert_eq!((diagnosis.likely, diagnosis.assumed.len()), (Some(Outcome::WillBeDeleted), 3));
    let (likely, rest) = diagnosis.conclusion.split_once(". Beyond that ").unwrap();
    assert!(likely.starts_with("most likely the message will be deleted") && likely.contains("MessageRecallEnabled"), "{likely}");
    assert!(rest.starts_with("it cannot be told"), "{rest}");
    // On servers there is no cloud recall to assume.
    let servers = Environment { edition: Some(crate::policy::Edition::OnPremises), ..Environment::default() };
    let diagnosis = ask(&recall, Some(&original), original.clone(), &servers);
    assert_eq!(diagnosis.likely, None, "{}", diagnosis.conclusion);
    // With a key that changed the most likely outcome is another one.
    let changed = ask(&recall, Some(&original), item("d", &message(&OTHER)), &Environment::default());
    assert_eq!(changed.likely, Some(Outcome::CannotBeFound));
}

#[test]
fn a_report_is_read_as_one() {
    let original = item("o", &message(&KEY));
    for (class, says) in
        [("IPM.Recall.Report.Failure", "the recall failed"), ("IPM.Recall.Report.Success", "the recall succeeded")]
    {
        let mut report = recall_of(&message(&KEY));
        report.properties.set(tags::MESSAGE_CLASS, class);
        let diagnosis = ask(&item("r", &report), Some(&original), original.clone(), &classic());
        assert_eq!(diagnosis.outcome(), None);
        assert!(diagnosis.conclusion.contains(says), "{}", diagnosis.conclusion);
    }
}

#[test]
fn the_age_is_compared_with_the_limit() {
    let original = item("o", &message(&KEY));
    let days = |days: u64| FileTime(SENT.0 + days * 86_400 * 10_000_000);
    for (age, holds) in [(29, "young enough"), (31, "too old")] {
        let mut recall = recall_of(&message(&KEY));
        recall.properties.set(tags::CLIENT_SUBMIT_TIME, PropValue::Time(days(age)));
        let limit = Environment { max_recallable_age: Some(30 * 86_400), message_recall_enabled: Switch::On, ..classic() };
        let diagnosis = ask(&item("r", &recall), Some(&original), original.clone(), &limit);
        assert!(
            diagnosis.rows.iter().any(|row| row.evidence.iter().any(|text| text.to_string().contains(holds))),
            "{diagnosis:#?}"
        );
    }
}

/// What is said of the route does not contradict what was given.
#[test]
fn remedies_fit_what_is_given() {
    let original = item("o", &message(&KEY));
    let recall = item("r", &recall_of(&message(&KEY)));
    let remedy = |connector| {
        let environment = Environment { connector, ..classic() };
        let diagnosis = ask(&recall, Some(&original), item("d", &message(&OTHER)), &environment);
        diagnosis.remedies().iter().filter_map(|row| row.remedy.as_ref()).map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let open = remedy(None);
    assert!(open.contains("client-side signatures") && open.contains("X-MS-Exchange-Generated-Message-Source"), "{open}");
    let inside = remedy(Some(false));
    assert!(inside.contains("passes no connector") && !inside.contains("off the connector"), "{inside}");
}

#[test]
fn missing_and_doubtful_keys_are_not_known_and_never_a_guess() {
    let original = item("o", &message(&KEY));
    let recall = item("r", &recall_of(&message(&KEY)));
    let key = |recall: &Item, delivered: Item| {
        let diagnosis = ask(recall, Some(&original), delivered, &classic());
        (verdict(&diagnosis, Condition::SameKey), diagnosis.outcomes.clone())
    };
    let open = vec![Outcome::WillBeDeleted, Outcome::CannotBeFound];
    // No key in the copy: the mailbox may have one.
    let plain = Item::read(
        "d",
        b"From: alice@fabrikam.com\r\nTo: bob@fabrikam.com\r\nMessage-ID: <1@fabrikam.com>\r\n\r\n",
        &ReadOptions::lenient(),
    );
    assert_eq!(key(&recall, plain.unwrap()), (Verdict::NotKnown, open.clone()));
    // A recall that names two originals, one of which is this.
    let mut doubtful = recall_of(&message(&KEY));
    doubtful.properties.set(tags::PARENT_KEY, binary(&OTHER));
    let doubtful = item("r", &doubtful);
    assert_eq!(key(&doubtful, original.clone()), (Verdict::NotKnown, open.clone()));
    // ... and neither of which is this.
    assert_eq!(key(&doubtful, item("d", &message(&[3; 16]))).0, Verdict::NotMet);
    // A recall without any key.
    let mut keyless = recall_of(&message(&KEY));
    for tag in [crate::recall::request::RECALL_SEARCH_KEY, tags::REPORT_TAG, tags::PARENT_KEY] {
        keyless.properties.remove(tag);
    }
    assert_eq!(key(&item("r", &keyless), original.clone()), (Verdict::NotKnown, open));
}

#[test]
fn a_copy_that_cannot_be_read_is_a_row_and_no_failure() {
    let recall = item("r", &recall_of(&message(&KEY)));
    let environment = classic();
    let case = Case { recall: &recall, original: None, environment: &environment, policy: None };
    let diagnosis = diagnose(&case, &Candidate::unreadable("d", "no such file"));
    assert_eq!(verdict(&diagnosis, Condition::SameKey), Verdict::NotKnown);
    assert!(
        diagnosis
            .rows
            .iter()
            .any(|row| row.evidence.iter().any(|text| text.to_string().contains("d cannot be read: no such file")))
    );
    assert_eq!(diagnosis.outcome(), None);
}

#[test]
fn what_is_no_recall_request_recalls_nothing() {
    let original = item("o", &message(&KEY));
    let plain = Item::read("r", b"From: a@b.c\r\nSubject: Recall: Figures\r\n\r\n", &ReadOptions::lenient()).unwrap();
    for (recall, part) in [(&original, "its class is IPM.Note"), (&plain, "it has no message class")] {
        let diagnosis = ask(recall, None, original.clone(), &classic());
        assert_eq!(diagnosis.outcome(), Some(Outcome::NotApplicable));
        assert!(diagnosis.conclusion.contains(part), "{}", diagnosis.conclusion);
    }
}

#[test]
fn a_recall_for_another_message_is_said() {
    let original = item("o", &message(&KEY));
    let recall = item("r", &recall_of(&message(&OTHER)));
    let diagnosis = ask(&recall, Some(&original), original.clone(), &classic());
    assert_eq!(diagnosis.outcome(), Some(Outcome::CannotBeFound));
    assert!(diagnosis.notes.iter().any(|note| note.ends_with("the recall is for another message")), "{:?}", diagnosis.notes);
}

#[test]
fn protected_messages_cannot_be_recalled_by_classic_recall() {
    let mut protected = message(&KEY);
    protected.attachments.push(crate::Attachment::from_bytes("message.rpmsg", &b"x"[..]));
    let recall = item("r", &recall_of(&message(&KEY)));
    let diagnosis = ask(&recall, None, item("d", &protected), &classic());
    assert_eq!(diagnosis.outcome(), Some(Outcome::NotApplicable));
    assert_eq!(diagnosis.reasons().first().unwrap().condition, Condition::NotProtected);
    // Cloud recall takes it.
    let cloud =
        Environment { message_recall_enabled: Switch::Default, recall_read_messages_enabled: Switch::Default, ..classic() };
    assert_eq!(ask(&recall, None, item("d", &protected), &cloud).outcome(), Some(Outcome::WillBeDeleted));
}
