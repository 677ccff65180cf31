# Shell and tools. Its allnoconfig does not take a fragment, so the fragment's lines replace those of the empty configuration.
mkdir -p "$WORK/busybox"
cd "$WORK/busybox"
make -s -C "$SRC/busybox" O="$PWD" allnoconfig
fragment=$HERE/busybox/busybox.config

# Twice, because some options appear only when another one is on.
for pass in 1 2; do
	sed -n 's/^\(CONFIG_[A-Z0-9_]*\)=.*/-e \/^\1=\/d -e \/^#.\1.is.not.set\/d/p' "$fragment" | xargs sed -i .config
	cat "$fragment" >> .config
	(yes "" || true) | make -s oldconfig
done
make -s -j"$JOBS" ARCH=powerpc CC="$GUEST_CC" AR=${CROSS}ar LD=${CROSS}ld STRIP=${CROSS}strip NM=${CROSS}nm OBJCOPY=${CROSS}objcopy busybox busybox.links
${CROSS}strip -o "$ROOT/busybox" busybox
