# Adds the boards to the boot wrapper (new files and the lines that name them), configures the kernel, installs its headers for busybox.
boot=$SRC/linux/arch/powerpc/boot
cp "$HERE/kernel/ref405ep.c" "$HERE/kernel/walnut.c" "$boot/"
cp "$HERE/kernel/ref405ep.dts" "$HERE/kernel/ref405ep.dtsi" "$HERE/kernel/walnut.dts" "$boot/dts/"
sed -i \
	-e 's#^$(obj)/cuboot-hotfoot.o: BOOTCFLAGS += -mcpu=405#&\n$(obj)/ref405ep.o $(obj)/walnut.o: BOOTCFLAGS += -mcpu=405#' \
	-e 's#^src-plat-$(CONFIG_40x) += fixed-head.S#& ref405ep.c walnut.c#' \
	-e 's#^image-$(CONFIG_HOTFOOT)\t.*#&\nimage-$(CONFIG_PPC40x_SIMPLE)\t+= dtbImage.ref405ep dtbImage.walnut#' \
	"$boot/Makefile"
[ "$(grep -c 'ref405ep.*walnut' "$boot/Makefile")" = 3 ]

sed "s#@INITRAMFS@#$WORK/initramfs.list#" "$HERE/kernel/ref405ep.config" > "$WORK/ref405ep.config"
kernel_make KCONFIG_ALLCONFIG="$WORK/ref405ep.config" allnoconfig
kernel_make headers_install INSTALL_HDR_PATH="$SYSROOT"
