#!/bin/bash
# Builds a real Linux 6.1 for the Ref405ep and Walnut boards from Debian's source packages; the kernel's sources are used as they are.
#
#   guests/linux/build.sh [OUT]        OUT defaults to guests/linux/out; about five minutes on two cores
#
# OUT receives:
#   ref405ep.elf          kernel in its boot wrapper, initramfs inside: what `ppcjit boot linux` runs
#   walnut.elf            the same kernel in the wrapper for a 405GP with OpenBIOS: what `ppcjit boot linux-walnut` runs
#   ref405ep-direct.elf   the same kernel unpacked, with a device tree and a few instructions that enter it
#   uImage                the same kernel as U-Boot wants it; takes ref405ep.dtb
#   vmlinux System.map ref405ep.dtb walnut.dtb kernel.config
#   cuImage.kilauea uImage.obs600 cuImage.hotfoot
#                         another kernel of the same sources, for boards that Linux's own tree knows, as its wrappers make it for their U-Boots
#   vmlinux-boards System.map-boards kilauea.dtb obs600.dtb hotfoot.dtb
#
# It needs Debian or a relative of it; as root it installs the tools it needs. Environment:
#   JOBS           parallel compiler runs; default: one for each core
#   GUEST_CFLAGS   more compiler flags for everything, e.g. "-mno-dlmzb -mno-mulhw" for a comparison with QEMU 7.2, whose 405 lacks dlmzb
#   KEEP_WORK      when set, the work folder OUT/work stays
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case "${1:-}" in
	-h|--help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
esac
mkdir -p "${1:-$HERE/out}"
OUT=$(cd "${1:-$HERE/out}" && pwd)
WORK=$OUT/work
JOBS=${JOBS:-$(nproc)}
GUEST_CFLAGS=${GUEST_CFLAGS:-}
export HERE OUT WORK JOBS GUEST_CFLAGS

# Two builds into one folder would destroy each other: the second waits, and then finds everything done.
exec 9> "$OUT/.lock"
flock -n 9 || { echo "Another build into $OUT is under way; waiting for it." >&2; flock 9; }

fingerprint() {
	(cd "$HERE" && find . ../work/{linux,programs} -path ./out -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; echo "$GUEST_CFLAGS") |
		sha256sum | cut -d' ' -f1
}
WANTED=$(fingerprint)
if [ -f "$OUT/ref405ep.elf" ] && [ "$(cat "$OUT/.fingerprint" 2>/dev/null)" = "$WANTED" ]; then
	echo "The images in $OUT are up to date." >&2
	exit 0
fi

rm -rf "$WORK" "$OUT/.fingerprint"
mkdir -p "$WORK/log"
for step in tools sources musl softfloat headers busybox programs kernel boards images; do
	echo "linux guest: $step" >&2
	if ! bash -euo pipefail -c '. "$HERE/steps/common.sh"; . "$HERE/steps/$1.sh"' build "$step" > "$WORK/log/$step" 2>&1 < /dev/null; then
		tail -n 40 "$WORK/log/$step" >&2
		echo "The step '$step' failed; the whole log is $WORK/log/$step" >&2
		exit 1
	fi
done

echo "$WANTED" > "$OUT/.fingerprint"
[ -n "${KEEP_WORK:-}" ] || rm -rf "$WORK"
ls -l "$OUT" >&2
