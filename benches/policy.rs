//! Deciding for 1,000 recipients over 5,000 remote domains, and over five: the cost must not follow the number of domains.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_main};
use winmail::policy::{DomainPattern, Edition, MessageFacts, Policy, RemoteDomain};

/// Exact names and subtrees by turns, with a few labels each.
fn policy(domains: usize) -> Policy {
    let mut policy = Policy::new(Edition::ExchangeOnline);
    for number in 0..domains {
        let star = if number % 2 == 0 { "*." } else { "" };
        let pattern = format!("{star}d{number}.r{}.example", number % 7);
        let mut domain = RemoteDomain::new(pattern.clone(), DomainPattern::parse(&pattern).unwrap());
        domain.settings.auto_reply_enabled = Some(number % 3 == 0);
        policy.domains.insert(domain).unwrap();
    }
    policy
}

fn decide(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decide");
    for domains in [5, 5_000] {
        let policy = policy(domains);
        // Some of a subtree, some exact, some for the default; in the case that people write.
        let recipients: Vec<String> = (0..1_000)
            .map(|number| match number % 3 {
                0 => format!("user{number}@mail.D{0}.r{1}.example", number * 4, number * 4 % 7),
                1 => format!("user{number}@d{0}.r{1}.example", number * 2 + 1, (number * 2 + 1) % 7),
                _ => format!("user{number}@host{number}.elsewhere.test"),
            })
            .collect();
        group.throughput(Throughput::Elements(1_000));
        group.bench_with_input(BenchmarkId::new("1000-recipients", domains), &recipients, |bencher, recipients| {
            bencher.iter(|| {
                for to in recipients {
                    black_box(policy.decide("sender@fabrikam.example", to, MessageFacts::default()).unwrap());
                }
            });
        });
    }
    group.finish();
}

mod groups {
    #![allow(missing_docs)]
    criterion::criterion_group!(benches, super::decide);
}

criterion_main!(groups::benches);
