#!/bin/sh
# Runs each fuzz target for SECONDS (default 30). Seeds: fuzz/corpus/TARGET, ../testdata and $WINMAIL_CORPUS/tnef, where present.
# FUZZ_TARGETS="a b" runs those only; FUZZ_MAX_LEN bounds the inputs (default 4096), and small ones run faster.
set -eu
cd "$(dirname "$0")"
seconds=${1:-30}
targets=${FUZZ_TARGETS:-$(cargo +nightly fuzz list)}
seeds=
for folder in ../testdata "${WINMAIL_CORPUS:-../../shared/corpus}/tnef" "${WINMAIL_CORPUS:-../../shared/corpus}/eml"; do
    if [ -d "$folder" ]; then
        seeds="$seeds $(cd "$folder" && pwd)"
    fi
done
for target in $targets; do
    mkdir -p "corpus/$target"
    echo "== $target for $seconds s"
    # libFuzzer writes what is new to the first folder and only reads the others.
    # shellcheck disable=SC2086
    cargo +nightly fuzz run "$target" "corpus/$target" $seeds -- \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len="${FUZZ_MAX_LEN:-4096}" -dict=tnef.dict -print_final_stats=1
done
