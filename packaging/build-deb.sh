#!/bin/bash
# Builds a Debian package of the program, with its manual page and the completion of bash, zsh and fish.
#
#   build-deb.sh                    for this machine; needs the .NET 10 runtime where it is installed
#   build-deb.sh --self-contained   with the runtime inside
#   build-deb.sh [...] FOLDER       into FOLDER instead of out/packages
#
# It needs the .NET 10 SDK and dpkg-deb. The result is the same bytes for the same commit and SDK.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
self_contained=false
out=$root/out/packages
for argument in "$@"; do
	case $argument in
		--self-contained) self_contained=true ;;
		-*) echo "build-deb.sh: there is no option $argument" >&2; exit 2 ;;
		*) mkdir -p "$argument" && out=$(cd "$argument" && pwd) ;;
	esac
done

case $(uname -m) in
	x86_64) architecture=amd64 platform=linux-x64 ;;
	aarch64) architecture=arm64 platform=linux-arm64 ;;
	*) echo "build-deb.sh: there is no program for $(uname -m)" >&2; exit 2 ;;
esac
command -v dpkg-deb > /dev/null || { echo "build-deb.sh: dpkg-deb is missing; on Debian it is always there" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir -p "$tree/usr/bin" "$tree/usr/lib" "$tree/DEBIAN" "$out"
dotnet publish "$root/src/Cli/Cli.csproj" --nologo -v quiet -c Release -r "$platform" --self-contained "$self_contained" \
	-p:UseAppHost=true -p:DebugType=none -p:ContinuousIntegrationBuild=true --artifacts-path "$work/build" -o "$tree/usr/lib/ppcjit" >&2
find "$tree/usr/lib/ppcjit" -name '*.pdb' -delete
ln -s ../lib/ppcjit/PpcJit.Cli "$tree/usr/bin/ppcjit"
program=$tree/usr/lib/ppcjit/PpcJit.Cli

# install FILE COMMAND...: what the program prints becomes a file of the package
install() {
	mkdir -p "$(dirname "$tree/$1")"
	"$program" "${@:2}" > "$tree/$1"
}
install usr/share/bash-completion/completions/ppcjit completion bash
install usr/share/zsh/vendor-completions/_ppcjit completion zsh
install usr/share/fish/vendor_completions.d/ppcjit.fish completion fish
install usr/share/man/man1/ppcjit.1 manual
gzip -9n "$tree/usr/share/man/man1/ppcjit.1"
mkdir -p "$tree/usr/share/doc/ppcjit"
{ echo "PpcJit"; echo; cat "$root/LICENSE"; } > "$tree/usr/share/doc/ppcjit/copyright"

[ "$self_contained" = true ] && depends="libc6, libgcc-s1, libstdc++6" || depends="dotnet-runtime-10.0"
version=$("$program" --version)
cat > "$tree/DEBIAN/control" << CONTROL
Package: ppcjit
Version: $version
Architecture: $architecture
Maintainer: The PpcJit authors <noreply@localhost>
Section: otherosfs
Priority: optional
Depends: $depends
Suggests: gdb-multiarch, libslirp0, device-tree-compiler, bash-completion
Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f1)
Description: emulator of PowerPC 405 boards, exact and repeatable
 Boots unmodified kernels on emulated boards with a PowerPC 405, and finds out
 what goes wrong in them: the same start gives the same states at the same
 instruction counts in every run, and a run can be looked at from any moment.
CONTROL

find "$tree" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
chmod 755 "$program"
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2> /dev/null || echo 0)}
package=$out/ppcjit_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$tree" "$package" >&2
echo "$package"
