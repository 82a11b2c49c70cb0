#!/bin/sh
# Which lines of the library the inputs in corpus/TARGET reach: a row a target, then all of them together.
# The checks run in plain cargo test (cli/tests/replay.rs), built with rustc's own coverage, so that figures are of src/ alone.
# FUZZ_TARGETS="a b" takes those only. Needs the LLVM tools of rustc's version: rustup component add llvm-tools, or apt install
# llvm-22 (the number is what `rustc -vV` says).
set -eu
cd "$(dirname "$0")/.."
version=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
tool() {
    for found in "$(rustc --print sysroot)"/lib/rustlib/*/bin/"$1" "$(command -v "$1-$version" || true)"; do
        if [ -x "$found" ]; then echo "$found"; return; fi
    done
    echo "no $1 of LLVM $version: rustup component add llvm-tools, or apt install llvm-$version" >&2
    exit 1
}
cov=$(tool llvm-cov)
profdata=$(tool llvm-profdata)
work=$PWD/target/coverage
mkdir -p "$work"
rm -f "$work"/*.profraw "$work"/*.profdata
binary=$(RUSTFLAGS="-C instrument-coverage" LLVM_PROFILE_FILE="$work/build-%p.profraw" \
    cargo test --target-dir "$work" --test replay --no-run --message-format=json |
    sed -n 's/.*"executable":"\([^"]*replay-[^"]*\)".*/\1/p' | tail -1)
rm -f "$work"/*.profraw
row() {
    "$profdata" merge -sparse -o "$work/$1.profdata" $2
    # The last line is the sum: regions, functions, lines, each with how many were missed and the share.
    "$cov" report "$binary" -instr-profile="$work/$1.profdata" "$PWD/src" | awk -v name="$1" \
        '/^TOTAL/ { printf "| `%s` | %s of %s | %s | %s |\n", name, $8 - $9, $8, $10, $4 }'
}
echo "| inputs of | lines | | regions |"
echo "|---|---:|---:|---:|"
for target in ${FUZZ_TARGETS:-$(ls fuzz/corpus)}; do
    LLVM_PROFILE_FILE="$work/$target.profraw" REPLAY_TARGET="$target" REPLAY_KEPT=1000000 \
        "$binary" --exact what_fuzzing_kept_holds >"$work/$target.log" 2>&1 || { cat "$work/$target.log" >&2; exit 1; }
    row "$target" "$work/$target.profraw"
done
row all "$work/*.profraw"
