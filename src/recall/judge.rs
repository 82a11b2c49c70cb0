//! Judges the seven conditions of a recall: each met, not met or not known, with what speaks for that and what to do.

use crate::mapi::SearchKey;
use crate::policy::decide::MessageFacts;
use crate::policy::domain_of;
use crate::policy::remedy::OWN_DOMAIN;
use crate::policy::remote_domain::Edition;
use crate::policy::{Policy, RemoteDomain};

use super::case::{Candidate, Case};
use super::compare::{FactComparison, Similarity};
use super::condition::{Condition, ConditionRow, Verdict, Weight};
use super::environment::{Mailbox, MailboxKind, Switch};
use super::hops::clues;
use super::item::Item;
use super::located::{KeyState, Located};
use super::message_trace::TraceEvent;
use super::outcome::Verdicts;

/// What keeps the key where mail passes a signature service. Sources: VENDOR; the vendor's messageRecallFix.ps1, whose rules except
/// messages with the two header fields.
pub(super) const OFF_CONNECTOR: &str = "keep TNEF for the organization's own domains (condition 6); or keep internal mail off the connector; \
    or sign in Outlook (client-side signatures) where recall matters. In any case keep recall mails off it: except messages with the \
    header X-MS-Exchange-Generated-Message-Source or X-MS-Exchange-RecallReportGenerated from the rule that sends mail there";

/// The seven rows, and whether cloud recall takes what has been read.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    /// Whether sender and recipient are known to have one domain.
    pub one_domain: bool,
    pub rows: Vec<ConditionRow>,
    pub verdicts: Verdicts,
    pub similarity: Similarity,
    pub comparisons: Vec<FactComparison>,
}

/// Judges a candidate.
pub(super) fn judge(case: &Case<'_>, candidate: &Candidate, comparisons: Vec<FactComparison>) -> Judged {
    let similarity = Similarity::of(&comparisons);
    let delivered = candidate.item.as_ref().ok();
    let sender = sender(case, delivered);
    let recipient = recipient(case, delivered);
    let mailbox = case.environment.mailbox(recipient.as_ref().map(|found| found.value.as_str()));
    let key = same_key(case, candidate, similarity, &comparisons);
    let cloud = cloud_recall(case, &mailbox);
    let recall_read = match case.environment.recall_read_messages_enabled {
        Switch::On | Switch::Default => Verdict::Met,
        Switch::Off => Verdict::NotMet,
        Switch::NotKnown => Verdict::NotKnown,
    };
    let route = route_keeps_tnef(case, delivered, key.verdict, similarity, sender.as_ref(), recipient.as_ref());
    let rows = [
        key,
        organization(case, delivered, &mailbox, sender.as_ref(), recipient.as_ref()),
        unread(case, candidate, &mailbox),
        same_folder(candidate, &mailbox),
        not_protected(case, delivered),
        route,
        cloud,
    ];
    let [key, organization, unread, folder, unprotected, route, cloud] = rows.each_ref().map(|row| row.verdict);
    let verdicts = Verdicts { key, organization, unread, folder, unprotected, route, cloud, recall_read };
    let mut rows = Vec::from(rows);
    for row in &mut rows {
        row.weight = weight(row.condition, &verdicts);
    }
    let domains = sender.as_ref().zip(recipient.as_ref()).map(|(from, to)| (domain_of(&from.value), domain_of(&to.value)));
    let one_domain = domains.is_some_and(|(from, to)| from.eq_ignore_ascii_case(to));
    Judged { one_domain, rows, verdicts, similarity, comparisons }
}

fn weight(condition: Condition, verdicts: &Verdicts) -> Weight {
    let cloud = verdicts.cloud == Verdict::Met;
    match condition {
        Condition::SameFolder | Condition::NotProtected if cloud => Weight::Waived,
        Condition::Unread if cloud && verdicts.recall_read == Verdict::Met => Weight::Waived,
        Condition::RouteKeepsTnef if verdicts.key != Verdict::NotKnown => Weight::Explains,
        Condition::CloudRecall if verdicts.cloud == Verdict::NotMet => Weight::Explains,
        _ => Weight::Decides,
    }
}

fn sender(case: &Case<'_>, delivered: Option<&Item>) -> Option<Located<String>> {
    let given = case.environment.sender.clone().map(|address| Located::new(address, "given"));
    let items = [Some(case.recall), case.original, delivered].into_iter().flatten();
    given.or_else(|| items.filter_map(|item| item.facts.sender.clone()).next())
}

/// The recipient whose mailbox it is about: the one that is given, else the only one that the mail has.
fn recipient(case: &Case<'_>, delivered: Option<&Item>) -> Option<Located<String>> {
    if let Some(address) = &case.environment.recipient {
        return Some(Located::new(address.clone(), "given"));
    }
    let delivered_to = delivered.and_then(|item| item.headers.first("Delivered-To"));
    if let Some(address) = delivered_to.map(str::trim).filter(|address| !address.is_empty()) {
        return Some(Located::new(address.to_owned(), "header Delivered-To"));
    }
    let items = [delivered, case.original, Some(case.recall)].into_iter().flatten();
    let with_recipients = items.map(|item| &item.facts.recipients).find(|all| !all.is_empty())?;
    match with_recipients.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// Whether all, none or some of the pairs are equal.
fn all_equal(targets: &[Located<SearchKey<'static>>], own: &[Located<SearchKey<'static>>]) -> Option<bool> {
    let mut pairs = targets.iter().flat_map(|target| own.iter().map(move |own| target.value.matches(&own.value)));
    let first = pairs.next()?;
    pairs.all(|equal| equal == first).then_some(first)
}

fn same_key(case: &Case<'_>, candidate: &Candidate, similarity: Similarity, comparisons: &[FactComparison]) -> ConditionRow {
    let row = |verdict, evidence, remedy: Option<&str>| {
        ConditionRow::new(Condition::SameKey, verdict, evidence, remedy.map(str::to_owned))
    };
    let mut evidence = Vec::new();
    let targets = case.recall.request.as_ref().map(|request| request.keys.as_slice()).unwrap_or_default();
    match KeyState::of(targets) {
        KeyState::None => evidence.push("the recall request names no search key".to_owned()),
        KeyState::One(target) => {
            let others = targets.iter().skip(1).map(|other| format!(", also {}", other.at)).collect::<String>();
            evidence.push(format!("the recall asks for {} ({}{others})", target.value, target.at));
        }
        KeyState::Differ(one, other) => {
            evidence.push(format!("the recall names two keys that differ: {one} and {other}; which one counts is not known"));
        }
    }
    let delivered = match &candidate.item {
        Ok(item) => item,
        Err(reason) => {
            evidence.push(format!("{} cannot be read: {reason}", candidate.name));
            return row(Verdict::NotKnown, evidence, Some("give a copy that can be read"));
        }
    };
    match delivered.key() {
        KeyState::None => evidence.extend(delivered.no_key().map(|why| format!("the delivered copy: {why}"))),
        KeyState::One(own) => evidence.push(format!("the delivered copy has {own}")),
        KeyState::Differ(one, other) => {
            evidence
                .push(format!("the delivered copy has two keys that differ: {one} and {other}; which one counts is not known"));
        }
    }
    let original = case.original.map(|item| (item, item.key()));
    match original {
        Some((_, KeyState::One(own))) => evidence.push(format!("the original has {own}")),
        Some((_, KeyState::Differ(one, other))) => {
            evidence.push(format!("the original has two keys that differ: {one} and {other}"))
        }
        Some((item, KeyState::None)) => evidence.extend(item.no_key().map(|why| format!("the original: {why}"))),
        None => {}
    }
    let equal = all_equal(targets, &delivered.keys);
    if equal == Some(false) {
        let target_is_original = original.and_then(|(item, _)| all_equal(targets, &item.keys));
        let compared = if case.original.is_some() { "the original" } else { "what the recall request says" };
        match (similarity.is_like(), target_is_original) {
            (true, Some(true)) => evidence.push(format!(
                "the key was changed on the way: by all else the copy is {} as {compared} ({})",
                similarity.describe(),
                shared(comparisons)
            )),
            (true, _) => evidence.push(format!(
                "by all else the copy is {} as {compared} ({})",
                similarity.describe(),
                shared(comparisons)
            )),
            (false, _) if similarity == Similarity::Different => {
                evidence.push(format!("the copy is {}: {}", similarity.describe(), differing(comparisons)));
            }
            (false, _) => evidence.push(similarity.describe().to_owned()),
        }
        if target_is_original == Some(false) {
            evidence.push("the recall asks for another message than the original that was given".to_owned());
        }
        let clues = clues(&delivered.headers);
        evidence.extend(clues.into_iter().map(|clue| format!("header {} suggests: {}", clue.header, clue.says)));
        let remedy = if similarity == Similarity::Different {
            "give the copy of the message that the recall asks for; compare_request finds it"
        } else if case.environment.connector == Some(false) {
            "internal mail passes no connector: look for what made the message anew on its way (Get-TransportRule, the hops below)"
        } else {
            OFF_CONNECTOR
        };
        return row(Verdict::NotMet, evidence, Some(remedy));
    }
    let remedy = match equal {
        Some(_) => None,
        None if delivered.keys.is_empty() => Some(
            "the mailbox's own copy may have a key that the file lost when it was saved: read PR_SEARCH_KEY there (MFCMAPI), or \
             save the message as Outlook does",
        ),
        None => Some("find out with MFCMAPI which PR_SEARCH_KEY the mailbox has"),
    };
    row(Verdict::of(equal), evidence, remedy)
}

fn shared(comparisons: &[FactComparison]) -> String {
    let list = |agrees: bool| {
        let facts = comparisons.iter().filter(|one| one.agrees == agrees).map(|one| one.fact.describe());
        facts.collect::<Vec<_>>().join(", ")
    };
    let mut text = format!("the same: {}", list(true));
    if comparisons.iter().any(|one| !one.agrees) {
        text.push_str(&format!("; not the same: {}", list(false)));
    }
    text
}

fn differing(comparisons: &[FactComparison]) -> String {
    let facts = comparisons.iter().filter(|one| !one.agrees);
    facts.map(|one| format!("{} is {} and {}", one.fact, one.one.value, one.other.value)).collect::<Vec<_>>().join("; ")
}

/// Providers whose mailboxes belong to people and not to organizations.
const CONSUMER: [&str; 14] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "proton.me",
];

fn is_inside(case: &Case<'_>, address: &str) -> Option<bool> {
    let own = &case.environment.accepted_domains;
    let of_policy = case.policy.filter(|policy| !policy.accepted_domains.is_empty());
    if own.is_empty() && of_policy.is_none() {
        return None;
    }
    let domain = domain_of(address);
    Some(own.iter().any(|accepted| accepted.matches(domain)) || of_policy.is_some_and(|policy| policy.is_inside(address)))
}

fn organization(
    case: &Case<'_>,
    delivered: Option<&Item>,
    mailbox: &Mailbox,
    sender: Option<&Located<String>>,
    recipient: Option<&Located<String>>,
) -> ConditionRow {
    let row = |verdict, evidence, remedy: Option<&str>| {
        ConditionRow::new(Condition::Organization, verdict, evidence, remedy.map(str::to_owned))
    };
    const OUTSIDE: &str = "nothing can be done: ask the recipient to delete the message. Exchange Online of 2026 can recall from \
        another tenant that allows it (Set-CrossTenantRecallConfiguration, off unless it is set)";
    let mut evidence = Vec::new();
    evidence.extend(sender.map(|found| format!("sender {found}")));
    match recipient {
        Some(found) => evidence.push(format!("recipient {found}")),
        None => {
            let all = delivered.map(|item| item.facts.recipients.len()).unwrap_or_default();
            evidence.push(if all > 1 {
                format!("one of {all} recipients; which one is not known")
            } else {
                "the recipient is not known".to_owned()
            });
        }
    }
    let (Some(sender), Some(recipient)) = (sender, recipient) else {
        return row(Verdict::NotKnown, evidence, Some("say who they are (Environment::sender, Environment::recipient)"));
    };
    if mailbox.kind == Some(MailboxKind::Other) {
        evidence.push("the recipient's mailbox is not an Exchange mailbox".to_owned());
        return row(Verdict::NotMet, evidence, Some(OUTSIDE));
    }
    let inside = [is_inside(case, &sender.value), is_inside(case, &recipient.value)];
    let consumer = CONSUMER.iter().any(|known| domain_of(&recipient.value).eq_ignore_ascii_case(known));
    evidence.extend(traced(case, delivered, Some(recipient)).iter().map(|event| format!("message trace: {event}")));
    match inside {
        [Some(true), Some(true)] => {
            let kind = match mailbox.kind {
                Some(kind) => format!("the recipient's mailbox is {}", kind.as_str()),
                None => "both are in accepted domains, whose people are taken to have mailboxes of the organization".to_owned(),
            };
            evidence.push(kind);
            row(Verdict::Met, evidence, None)
        }
        [_, Some(false)] if case.environment.cross_tenant_recall == Some(true) => {
            evidence.push("the recipient's organization lets the sender's recall (CrossTenantRecallEnabled)".to_owned());
            row(Verdict::Met, evidence, None)
        }
        [_, Some(false)] => {
            evidence.push("the recipient's domain is none of the organization's".to_owned());
            row(Verdict::NotMet, evidence, Some(OUTSIDE))
        }
        _ if consumer => {
            evidence.push("the recipient's domain is that of a provider for private people".to_owned());
            row(Verdict::NotMet, evidence, Some(OUTSIDE))
        }
        [Some(false), _] => {
            evidence.push("the sender's domain is none of the organization's".to_owned());
            row(Verdict::NotMet, evidence, Some("say who the sender is in the organization (Environment::sender)"))
        }
        _ => {
            let same = domain_of(&sender.value).eq_ignore_ascii_case(domain_of(&recipient.value));
            let of = if same { "both have one domain" } else { "they have different domains" };
            evidence.push(format!("{of}; the organization's domains are not known"));
            row(
                Verdict::NotKnown,
                evidence,
                Some("say which domains are the organization's (Environment::accepted_domains, Case::policy)"),
            )
        }
    }
}

fn unread(case: &Case<'_>, candidate: &Candidate, mailbox: &Mailbox) -> ConditionRow {
    let mut evidence = Vec::new();
    let read = match (mailbox.read, &candidate.read) {
        (Some(read), _) => {
            evidence.push(format!("given: {}", if read { "it has been read" } else { "it has not been read" }));
            Some(read)
        }
        (None, Some(read)) => {
            evidence.push(format!("{}: {}", read.at, if read.value { "it has been read" } else { "it has not been read" }));
            Some(read.value)
        }
        (None, None) => {
            if let Some(flag) = candidate.item.as_ref().ok().and_then(|item| item.read_flag.as_ref()) {
                let set = if flag.value { "set" } else { "not set" };
                evidence.push(format!(
                    "mfRead is {set} ({}), which in TNEF is the sender's and says nothing of the mailbox",
                    flag.at
                ));
            }
            evidence.push("whether it has been read is known to the mailbox alone".to_owned());
            None
        }
    };
    let cloud_reads = matches!(case.environment.recall_read_messages_enabled, Switch::On | Switch::Default | Switch::NotKnown);
    let remedy = match read {
        Some(false) => None,
        Some(true) if cloud_reads => {
            Some("classic recall leaves it; cloud recall takes it where RecallReadMessagesEnabled is not false")
        }
        Some(true) => Some("Set-OrganizationConfig -RecallReadMessagesEnabled $true, for recalls to come"),
        None => Some("look into the mailbox (Mailbox::read)"),
    };
    ConditionRow::new(Condition::Unread, Verdict::of(read.map(|read| !read)), evidence, remedy.map(str::to_owned))
}

fn same_folder(candidate: &Candidate, mailbox: &Mailbox) -> ConditionRow {
    let folder = mailbox.folder.clone().map(|folder| Located::new(folder, "given")).or_else(|| candidate.folder.clone());
    let mut evidence = Vec::new();
    evidence.extend(folder.as_ref().map(|folder| format!("the message is in {folder}")));
    evidence.extend(mailbox.recall_folder.as_ref().map(|folder| format!("the recall request is in {folder} (given)")));
    let same = match (&folder, &mailbox.recall_folder) {
        (Some(folder), Some(recall)) => Some(folder.value.trim().to_lowercase() == recall.trim().to_lowercase()),
        _ => {
            evidence.push("the folders of both are known to the mailbox alone".to_owned());
            None
        }
    };
    let remedy = match same {
        Some(true) => None,
        Some(false) => {
            Some("a rule or the recipient moved one of the two; classic recall fails then, cloud recall does not need it")
        }
        None => Some("look into the mailbox (Mailbox::folder, Mailbox::recall_folder)"),
    };
    ConditionRow::new(Condition::SameFolder, Verdict::of(same), evidence, remedy.map(str::to_owned))
}

fn not_protected(case: &Case<'_>, delivered: Option<&Item>) -> ConditionRow {
    let items: Vec<&Item> = [delivered, case.original].into_iter().flatten().collect();
    let of = |pick: fn(&Item) -> &Vec<Located<String>>| -> Vec<String> {
        items.iter().flat_map(|item| pick(item).iter().map(|sign| format!("{}: {sign}", item.name))).collect()
    };
    let signs = of(|item| &item.protection.signs);
    let labels = of(|item| &item.protection.labels);
    if !signs.is_empty() {
        let remedy = "classic recall cannot take it, and says SUPPORT, no recall can; cloud recall does since October 2024, says \
            CODETWO. Else revoke access to the message (Purview Message Encryption, track and revoke)";
        return ConditionRow::new(Condition::NotProtected, Verdict::NotMet, signs, Some(remedy.to_owned()));
    }
    if items.is_empty() {
        let evidence = vec!["neither the copy nor the original can be read".to_owned()];
        return ConditionRow::new(Condition::NotProtected, Verdict::NotKnown, evidence, None);
    }
    let mut evidence = labels;
    evidence.push("no sign of rights protection".to_owned());
    ConditionRow::new(Condition::NotProtected, Verdict::Met, evidence, None)
}

/// Words as an argument of a command for the Exchange Management Shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn route_keeps_tnef(
    case: &Case<'_>,
    delivered: Option<&Item>,
    key: Verdict,
    similarity: Similarity,
    sender: Option<&Located<String>>,
    recipient: Option<&Located<String>>,
) -> ConditionRow {
    let row = |verdict, evidence, remedy| ConditionRow::new(Condition::RouteKeepsTnef, verdict, evidence, remedy);
    let mut evidence = Vec::new();
    let outside: Vec<_> =
        delivered.map(|item| clues(&item.headers)).unwrap_or_default().into_iter().filter(|clue| clue.outside).collect();
    let traced = traced(case, delivered, recipient);
    let left = traced.iter().find(|event| event.is_outside());
    let connector = match case.environment.connector {
        Some(connector) => {
            let leaves = if connector { "leaves" } else { "does not leave" };
            evidence.push(format!("given: internal mail {leaves} Exchange on its way"));
            Some(connector)
        }
        None if left.is_some() => {
            evidence.extend(left.map(|event| format!("message trace: {event}")));
            Some(true)
        }
        None if outside.is_empty() => None,
        None => {
            evidence.extend(outside.iter().map(|clue| format!("header {}: {}", clue.header, clue.says)));
            Some(true)
        }
    };
    let setting = case.policy.zip(recipient).map(|(policy, recipient)| Setting::of(policy, sender, &recipient.value));
    // Where mail stays inside, what would become of it outside does not count.
    if let Some(setting) = setting.as_ref().filter(|_| connector != Some(false)) {
        evidence.push(setting.describe());
        // The remedy is one that Microsoft's pages and signature services see differently.
        let own = case.policy.zip(recipient).is_some_and(|(policy, recipient)| policy.is_inside(&recipient.value));
        if own && !setting.tnef {
            evidence.push(OWN_DOMAIN.to_owned());
        }
    }
    if key == Verdict::Met {
        evidence.push("the key arrived as it was sent, so the route kept what carries it".to_owned());
        let remedy = setting.filter(|setting| !setting.tnef && connector == Some(true)).map(|setting| setting.remedy);
        return row(Verdict::Met, evidence, remedy);
    }
    let general = || {
        let domain = recipient.map_or("the organization's domains", |found| domain_of(&found.value));
        format!(
            "give the settings (Case::policy): where internal mail leaves Exchange, TNEFEnabled of the remote domain for {domain} must be true"
        )
    };
    match (connector, setting) {
        (Some(false), _) => {
            evidence.push("between servers of one organization Exchange always uses TNEF".to_owned());
            row(Verdict::Met, evidence, None)
        }
        (_, Some(setting)) if setting.tnef => row(Verdict::Met, evidence, None),
        (Some(true), Some(setting)) => row(Verdict::NotMet, evidence, Some(setting.remedy)),
        (None, Some(setting)) if key == Verdict::NotMet && similarity.is_like() => {
            evidence.push("the key changed, so something on the way made the message anew".to_owned());
            row(Verdict::NotMet, evidence, Some(setting.remedy))
        }
        (None, Some(setting)) => {
            evidence.push(
                "this matters only where internal mail leaves Exchange on its way, which is not known (Environment::connector)"
                    .to_owned(),
            );
            row(Verdict::NotKnown, evidence, Some(setting.remedy))
        }
        (_, None) if key == Verdict::NotMet && similarity.is_like() => {
            evidence.push("the key changed, so something on the way made the message anew".to_owned());
            row(Verdict::NotMet, evidence, Some(general()))
        }
        (_, None) => {
            evidence.push("the settings of the remote domains are not known".to_owned());
            row(Verdict::NotKnown, evidence, Some(general()))
        }
    }
}

/// What the remote domains say of mail that leaves Exchange for somebody, whether the domain is the organization's or not.
struct Setting {
    tnef: bool,
    why: String,
    remedy: String,
}

impl Setting {
    fn of(policy: &Policy, sender: Option<&Located<String>>, to: &str) -> Setting {
        let from = sender.map_or("", |found| found.value.as_str());
        let domain = domain_of(to);
        let record: &RemoteDomain = policy.domains.find(domain);
        let mut delivery = policy.delivery_of(from, to, MessageFacts::default());
        // A connector takes the mail out of Exchange: the remote domain is asked even for an accepted domain.
        delivery.domain = Some(record);
        let decision = crate::policy::decide(&delivery);
        let why = decision.tnef.winner().map_or_else(String::new, |step| {
            let value = if step.value.is_empty() { String::new() } else { format!(" = {}", step.value) };
            format!("{}: {}{value}", step.source, step.setting)
        });
        let set = |name: &str| format!("Set-RemoteDomain -Identity {} -TNEFEnabled $true", quoted(name));
        let remedy = if record.is_built_in() {
            // Default is for everybody else, too, who would get winmail.dat.
            format!("New-RemoteDomain -Name {0} -DomainName {0}; {1}", quoted(domain), set(domain))
        } else {
            set(&record.name)
        };
        Setting { tnef: decision.tnef.value, why: format!("remote domain {} decides ({why})", record.name), remedy }
    }

    fn describe(&self) -> String {
        let becomes = if self.tnef { "keeps TNEF" } else { "loses TNEF" };
        format!("mail that leaves Exchange for the recipient {becomes}: {}", self.why)
    }
}

/// The rows of the message trace that are of this message and, where they name one, for this recipient.
pub(super) fn traced<'c>(case: &Case<'c>, delivered: Option<&Item>, recipient: Option<&Located<String>>) -> Vec<&'c TraceEvent> {
    let id = [case.original, delivered].into_iter().flatten().find_map(|item| item.facts.message_id.as_ref());
    let Some((trace, id)) = case.environment.trace.as_ref().zip(id) else { return Vec::new() };
    trace.events_of(&id.value, recipient.map(|found| found.value.as_str()))
}

/// How old the message was when it was recalled, against the limit, if both are known.
fn age(case: &Case<'_>) -> Option<String> {
    let limit = case.environment.max_recallable_age?;
    let sent = case.original.and_then(|item| item.facts.submit_time.as_ref());
    let recalled = case.recall.facts.submit_time.as_ref();
    let days = |seconds: u64| seconds / 86_400;
    let Some((sent, recalled)) = sent.zip(recalled) else {
        return Some(format!("MessageRecallMaxRecallableAge is {} days; how old the message was is not known", days(limit)));
    };
    let seconds = recalled.value.0.saturating_sub(sent.value.0) / 10_000_000;
    let verdict = if seconds > limit { "too old: cloud recall refuses it" } else { "young enough" };
    Some(format!("the message was {} days old, MessageRecallMaxRecallableAge is {} days: {verdict}", days(seconds), days(limit)))
}

fn cloud_recall(case: &Case<'_>, mailbox: &Mailbox) -> ConditionRow {
    let all = case.environment;
    let mut evidence = Vec::new();
    let verdict = if all.edition == Some(Edition::OnPremises) || mailbox.kind == Some(MailboxKind::Exchange) {
        evidence.push("the recipient's mailbox is on an Exchange server, which has no cloud recall".to_owned());
        Verdict::NotMet
    } else {
        let switch = all.message_recall_enabled;
        let means = match switch {
            Switch::Default => ", which means true",
            Switch::NotKnown => "; where it is not set in Exchange Online it means true",
            Switch::On | Switch::Off => "",
        };
        evidence.push(format!("MessageRecallEnabled is {}{means}", switch.describe()));
        match switch {
            Switch::On | Switch::Default => Verdict::Met,
            Switch::Off => Verdict::NotMet,
            Switch::NotKnown => Verdict::NotKnown,
        }
    };
    if verdict != Verdict::NotMet {
        let switch = all.recall_read_messages_enabled;
        let means = match switch {
            Switch::Default => ", which means true: what has been read is recalled, too",
            Switch::NotKnown => "; where it is not set it means true",
            Switch::On => ": what has been read is recalled, too",
            Switch::Off => ": what has been read stays",
        };
        evidence.push(format!("RecallReadMessagesEnabled is {}{means}", switch.describe()));
        evidence.extend(age(case));
    } else {
        evidence.push("so the recipient's Outlook carries the recall out: conditions 3 and 4 count".to_owned());
    }
    let remedy = match verdict {
        Verdict::NotKnown => Some("Get-OrganizationConfig | Format-List MessageRecallEnabled,RecallReadMessagesEnabled"),
        Verdict::NotMet if all.message_recall_enabled == Switch::Off => {
            Some("Set-OrganizationConfig -MessageRecallEnabled $true")
        }
        _ => None,
    };
    ConditionRow::new(Condition::CloudRecall, verdict, evidence, remedy.map(str::to_owned))
}

#[cfg(test)]
mod tests;
