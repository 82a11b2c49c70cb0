#!/usr/bin/env bash
# Whether other programs find in what winmail writes what was in the source.
#
#   tools/interop.sh [FOLDER]...     folders of streams that winmail made, beside testdata
#
# The peers are Debian's `tnef` and `ytnef` (package ytnef-tools), and PyPI's `tnefparse` and `compressed-rtf`. What is not
# there is installed if that is possible: programs as root by apt-get, modules into target/interop-venv. A peer that cannot be had is
# named and left out. Samples beside the repository (WINMAIL_CORPUS, else ../shared/corpus) are written anew and compared, too.
#
# The crate `compressed-rtf` is compared with in tests/it/rtf_lzfu.rs.
set -euo pipefail
cd "$(dirname "$0")/.."

winmail=${WINMAIL:-}
if [ -z "$winmail" ]; then
  cargo build --quiet --release
  winmail=target/release/winmail
fi

updated=
apt_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 0
  if [ -z "$updated" ]; then timeout 60 apt-get update -qq >/dev/null 2>&1 || true; updated=1; fi
  DEBIAN_FRONTEND=noninteractive timeout 60 apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 || true
}
install() { # program, package
  command -v "$1" >/dev/null && return
  apt_install "$2"
  command -v "$1" >/dev/null || echo "$1 is not there and cannot be installed: left out"
}
install tnef tnef
install ytnef ytnef-tools
install python3 python3
if ! command -v python3 >/dev/null; then
  echo "there is no python3: nothing is compared"
  exit 0
fi
venv=target/interop-venv
python=$venv/bin/python
make_venv() { timeout 60 python3 -m venv "$venv" >/dev/null 2>&1; }
[ -x "$python" ] || make_venv || { apt_install python3-venv; make_venv; } || { rm -rf "$venv"; python=python3; }
for module in tnefparse compressed-rtf; do
  "$python" -c "import ${module//-/_}" 2>/dev/null && continue
  [ "$python" != python3 ] && timeout 60 "$python" -m pip --quiet --retries 1 --timeout 15 install "$module" 2>/dev/null && continue
  echo "$module is not there and cannot be installed: left out"
done

args=(--winmail "$winmail" --own testdata)
for folder in "$@"; do args+=(--own "$folder"); done
for corpus in "${WINMAIL_CORPUS:-}" ../shared/corpus; do
  if [ -n "$corpus" ] && [ -d "$corpus/tnef" ]; then
    args+=("$corpus/tnef" --rtf "$corpus/rtf")
    break
  fi
done
"$python" tools/interop.py "${args[@]}"
# The table of README.md, where all three are there.
"$python" tools/comparison.py "$winmail" --check README.md >/dev/null
