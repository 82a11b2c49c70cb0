#!/bin/sh
# Runs each fuzz target for SECONDS (default 30). Seeds: fuzz/corpus/TARGET, and fuzz/seeds/TARGET, or else ../testdata and
# $WINMAIL_CORPUS/tnef and eml, where present. Words: fuzz/TARGET.dict, or else tnef.dict.
# FUZZ_SEED makes the fuzzer draw the same (a gate gives one answer to one commit); 0, the default, draws anew each time.
# FUZZ_TARGETS="a b" runs those only; FUZZ_MAX_LEN bounds the inputs (default 4096), and small ones run faster.
# FUZZ_JOBS=2 runs two targets at once, and prints a line for each at the end, and all that those said which failed.
# FUZZ_FAST=1 builds without the address sanitizer and without a report of each comparison to the fuzzer, in a folder of its own:
# the same checks several times as often.
set -eu
cd "$(dirname "$0")"
seconds=${1:-30}
fast=
if [ "${FUZZ_FAST:-0}" != 0 ]; then fast="-s none --no-trace-compares --target-dir $PWD/target/fast"; fi
targets=${FUZZ_TARGETS:-$(cargo +nightly fuzz list)}
seeds=
for folder in ../testdata "${WINMAIL_CORPUS:-../../shared/corpus}/tnef" "${WINMAIL_CORPUS:-../../shared/corpus}/eml"; do
    if [ -d "$folder" ]; then
        seeds="$seeds $(cd "$folder" && pwd)"
    fi
done
run() {
    target=$1
    mkdir -p "corpus/$target"
    own=$seeds
    if [ -d "seeds/$target" ]; then own="seeds/$target"; fi
    # What it found before; `testdata` has that of all targets.
    if [ -d "seeds/$target" ] && [ -d "../testdata/malformed/$target" ]; then own="$own ../testdata/malformed/$target"; fi
    words=tnef.dict
    longest=4096
    # A container alone takes three kilobytes. Both targets take the same files.
    case $target in msg_*) longest=16384 own="$own seeds/msg_read" ;; esac
    if [ -f "$target.dict" ]; then words="$target.dict"; fi
    echo "== $target for $seconds s"
    # libFuzzer writes what is new to the first folder and only reads the others.
    # shellcheck disable=SC2086
    cargo +nightly fuzz run $fast "$target" "corpus/$target" $own -- \
        -seed="${FUZZ_SEED:-0}" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len="${FUZZ_MAX_LEN:-$longest}" -dict="$words" -print_final_stats=1
}
jobs=${FUZZ_JOBS:-1}
if [ "$jobs" -le 1 ]; then
    for target in $targets; do run "$target"; done
    exit
fi
# Built once, so that the runs do not wait for one another.
# shellcheck disable=SC2086
if [ -z "${FUZZ_TARGETS:-}" ]; then cargo +nightly fuzz build $fast; fi
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
count=0
for target in $targets; do
    (run "$target" >"$logs/$target" 2>&1 && : >"$logs/$target.ok") &
    count=$((count + 1))
    if [ $((count % jobs)) -eq 0 ]; then wait; fi
done
wait
# What went well in a line each; what failed last and whole, where a shortened log still shows it.
failed=
for target in $targets; do
    if [ -e "$logs/$target.ok" ]; then
        echo "== $target: $(grep -a '^Done ' "$logs/$target" || echo done)"
    else
        failed="$failed $target"
    fi
done
for target in $failed; do
    grep -av '^#[0-9]' "$logs/$target" || true
    echo "== $target failed"
done
test -z "$failed"
