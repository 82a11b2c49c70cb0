#!/usr/bin/env bash
# What packages ship beside the program: man pages and completions, into target/package-files. The program prints them itself.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --quiet --package winmail-cli
out=target/package-files
rm -rf "$out"
mkdir -p "$out"
target/release/winmail man "$out/man"
target/release/winmail completions bash > "$out/winmail.bash"
target/release/winmail completions zsh > "$out/_winmail"
target/release/winmail completions fish > "$out/winmail.fish"
target/release/winmail completions powershell > "$out/_winmail.ps1"
