# The boards that Linux's own tree knows, with what they have: a second kernel, of the same sources. Its build begins with a copy of the first one's,
# so that only what the other configuration concerns is compiled again.
rm -rf "$WORK/kernel-boards"
cp -a "$WORK/kernel" "$WORK/kernel-boards"
sed -E '/^CONFIG_(LOCALVERSION|PCI|BLOCK|HZ_100)=/d' "$WORK/ref405ep.config" | cat - "$HERE/kernel/boards.config" > "$WORK/boards.config"
kernel=$WORK/kernel-boards
kernel_make KCONFIG_ALLCONFIG="$WORK/boards.config" allnoconfig
while read -r line; do
	grep -qx "$line" "$kernel/.config" || { echo "The kernel's configuration did not take $line."; exit 1; }
done < <(grep '=y$' "$HERE/kernel/boards.config")
kernel_make -j"$JOBS" cuImage.kilauea uImage.obs600 cuImage.hotfoot
cp "$kernel"/arch/powerpc/boot/{cuImage.kilauea,uImage.obs600,cuImage.hotfoot} "$IMAGES/"
cp "$kernel"/arch/powerpc/boot/dts/{kilauea,obs600,hotfoot}.dtb "$IMAGES/"
cp "$kernel/vmlinux" "$IMAGES/vmlinux-boards"
cp "$kernel/System.map" "$IMAGES/System.map-boards"
