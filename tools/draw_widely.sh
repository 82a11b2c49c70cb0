#!/usr/bin/env bash
# Property tests with cases that nobody has seen: ROUNDS times (default 10), each with another seed and CASES cases (default 1000).
# A round that fails says its seed; PROPTEST_RNG_SEED=SEED cargo test draws it again.
#
#   tools/draw_widely.sh [ROUNDS] [CASES]
set -euo pipefail
cd "$(dirname "$0")/.."
for _ in $(seq "${1:-10}"); do
  PROPTEST_RNG_SEED=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
  export PROPTEST_RNG_SEED PROPTEST_CASES=${2:-1000}
  echo "== seed $PROPTEST_RNG_SEED, $PROPTEST_CASES cases"
  cargo test --quiet --workspace --all-features
done
