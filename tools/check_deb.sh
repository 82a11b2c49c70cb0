#!/usr/bin/env bash
# Builds the Debian package and installs it in a clean root: the README's first command must work there.
# Needs cargo-deb, mmdebstrap and root; an argument is a package that is built already.
set -euo pipefail
cd "$(dirname "$0")/.."
deb=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "$deb" ]; then
  deb=$work/winmail.deb
  tools/package_files.sh
  cargo deb --quiet --package winmail-cli --output "$deb"
fi
cp "$deb" "$work/package.deb"
mmdebstrap --quiet --variant=minbase "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$work/root" >/dev/null
cp "$work/package.deb" testdata/winmail.dat "$work/root/root/"
inside() { chroot "$work/root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root "$@"; }
inside dpkg -i /root/package.deb >/dev/null
inside winmail extract /root/winmail.dat -o /root/out
test -s "$work/root/root/out/Quartal Übersicht.csv"
inside winmail-open /root/winmail.dat
inside dpkg -r winmail >/dev/null
if inside sh -c 'command -v winmail'; then echo "something is left behind" >&2; exit 1; fi
echo "installed, ran, removed"
