# Our own guest programs and the list of files in the initramfs.
programs=$HERE/programs
"$GUEST_CC" -O2 -Wall -Werror -o "$ROOT/bench_int" "$programs"/bench_int/*.c
"$GUEST_CC" -O2 -Wall -Werror -o "$ROOT/bench_mem" "$programs"/bench_mem/*.c
"$GUEST_CC" -O2 -Wall -Werror -o "$ROOT/work" "$HERE"/../work/{linux,programs}/*.c
"$GUEST_CC" -O2 -Wall -Werror -o "$ROOT/selftest" "$programs"/selftest/*.c -lm
# With floating point instructions on purpose: the kernel emulates them.
${CROSS}gcc -O2 -Wall -Werror -static -o "$ROOT/fptest" "$programs/fptest/fptest.c" -lm
${CROSS}strip "$ROOT"/{bench_int,bench_mem,work,selftest,fptest}
cp "$HERE"/rootfs/* "$ROOT/"

{
	cat "$HERE/rootfs.list"
	for program in busybox bench_int bench_mem work selftest fptest; do
		echo "file /bin/$program @ROOT@/$program 755 0 0"
	done
	sed 's#.*/##' "$WORK/busybox/busybox.links" | sort | sed 's#.*#slink /bin/& busybox 777 0 0#'
} | sed "s#@ROOT@#$ROOT#" > "$WORK/initramfs.list"
