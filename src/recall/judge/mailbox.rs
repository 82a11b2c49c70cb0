//! Conditions 3, 4 and 7, which the mailbox decides: unread, in one folder with the request, and recalled by Exchange Online itself.

use crate::policy::remote_domain::Edition;

use super::super::advice::Advice;
use super::super::case::{Candidate, Case};
use super::super::condition::{Condition, ConditionRow, Verdict};
use super::super::environment::{Mailbox, MailboxKind, Switch};
use super::super::evidence::{Evidence, RecallSetting};
use super::super::located::Located;

/// Units of a file time, 100 ns, in a second.
const UNITS: u64 = 10_000_000;

pub(super) fn unread(case: &Case<'_>, candidate: &Candidate, mailbox: &Mailbox) -> ConditionRow {
    let given = mailbox.read.map(|read| Located::new(read, "given"));
    let read = given.or_else(|| candidate.read.clone());
    let known = read.as_ref().map(|read| read.value);
    let evidence = match read {
        Some(read) => vec![Evidence::Read(read)],
        None => {
            let flag = candidate.item.as_ref().ok().and_then(|item| item.read_flag.clone());
            flag.map(Evidence::ReadFlag).into_iter().chain([Evidence::ReadNotKnown]).collect()
        }
    };
    let cloud_reads = case.environment.recall_read_messages_enabled != Switch::Off;
    let advice = match known {
        Some(false) => None,
        Some(true) if cloud_reads => Some(Advice::CloudRecallTakesRead),
        Some(true) => Some(Advice::RecallReadMessages),
        None => Some(Advice::LookWhetherRead),
    };
    ConditionRow::new(Condition::Unread, Verdict::of(known.map(|read| !read)), evidence, advice)
}

pub(super) fn same_folder(candidate: &Candidate, mailbox: &Mailbox) -> ConditionRow {
    let folder = mailbox.folder.clone().map(|folder| Located::new(folder, "given")).or_else(|| candidate.folder.clone());
    let same = folder.as_ref().zip(mailbox.recall_folder.as_ref());
    let same = same.map(|(folder, recall)| folder.value.trim().to_lowercase() == recall.trim().to_lowercase());
    let mut evidence: Vec<Evidence> = folder.map(Evidence::Folder).into_iter().collect();
    evidence.extend(mailbox.recall_folder.clone().map(Evidence::RecallFolder));
    if same.is_none() {
        evidence.push(Evidence::FoldersNotKnown);
    }
    let advice = match same {
        Some(true) => None,
        Some(false) => Some(Advice::Moved),
        None => Some(Advice::LookForFolders),
    };
    ConditionRow::new(Condition::SameFolder, Verdict::of(same), evidence, advice)
}

/// How old the message was when it was recalled, against the limit, if the limit is known.
fn age(case: &Case<'_>) -> Option<Evidence> {
    let limit = case.environment.max_recallable_age?;
    let sent = case.original.and_then(|item| item.facts.submit_time.as_ref());
    let recalled = case.recall.facts.submit_time.as_ref();
    let seconds = sent.zip(recalled).map(|(sent, recalled)| recalled.value.0.saturating_sub(sent.value.0) / UNITS);
    Some(Evidence::Age { seconds, limit })
}

pub(super) fn cloud_recall(case: &Case<'_>, mailbox: &Mailbox) -> ConditionRow {
    let all = case.environment;
    let on_server = all.edition == Some(Edition::OnPremises) || mailbox.kind == Some(MailboxKind::Exchange);
    let setting = |setting, value| Evidence::Setting { setting, value };
    let (verdict, first) = if on_server {
        (Verdict::NotMet, Evidence::NoCloudRecall)
    } else {
        let verdict = match all.message_recall_enabled {
            Switch::On | Switch::Default => Verdict::Met,
            Switch::Off => Verdict::NotMet,
            Switch::NotKnown => Verdict::NotKnown,
        };
        (verdict, setting(RecallSetting::MessageRecallEnabled, all.message_recall_enabled))
    };
    let mut evidence = vec![first];
    if verdict == Verdict::NotMet {
        evidence.push(Evidence::ByOutlook);
    } else {
        evidence.push(setting(RecallSetting::RecallReadMessagesEnabled, all.recall_read_messages_enabled));
        evidence.extend(age(case));
    }
    let advice = match verdict {
        Verdict::NotKnown => Some(Advice::AskForCloudRecall),
        Verdict::NotMet if all.message_recall_enabled == Switch::Off => Some(Advice::TurnOnCloudRecall),
        _ => None,
    };
    ConditionRow::new(Condition::CloudRecall, verdict, evidence, advice)
}
