#!/bin/bash
# Makes the packages, installs the tool from a local feed into an empty folder and runs it there, and runs the sample tests: what somebody does who has no
# checkout. Packages that are no part of PpcJit come from the machine's usual sources.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# The version stays the same from build to build, so what is taken from the feed must not stay in the user's cache.
export NUGET_PACKAGES=$work/cache
platform=linux-x64
[ "$(uname -m)" = x86_64 ] || platform=linux-arm64

echo "-- dotnet pack"
(unset NUGET_PACKAGES; dotnet pack "$root/PpcJit.sln" -v quiet -p:ToolPlatforms=$platform -p:PackageOutputPath="$work/feed/")
made=$(cd "$work/feed" && ls -- *.nupkg | sed 's/\.[0-9]*\.[0-9]*\.[0-9]*\.nupkg$//' | sort | tr '\n' ' ')
[ "$made" = "PpcJit PpcJit.Jit PpcJit.Kernel PpcJit.Lab PpcJit.Machine PpcJit.$platform " ] || { echo "Other packages than these were expected: $made"; exit 1; }

mkdir "$work/empty" && cd "$work/empty"
echo "-- dotnet tool install"
cat > nuget.config << 'CONFIG'
<configuration><packageSources><clear /><add key="local" value="../feed" /></packageSources></configuration>
CONFIG
dotnet tool install PpcJit --tool-path tools --configfile nuget.config
tools/ppcjit --version
tools/ppcjit demo > demo.txt || { cat demo.txt; exit 1; }
grep -q "lost-return-state" demo.txt || { cat demo.txt; exit 1; }

echo "-- the sample tests"
mkdir -p "$work/guests/corpus"
cp -r "$root/samples" "$work"
rm -rf "$work"/samples/*/bin "$work"/samples/*/obj
cp "$root/guests/corpus/corpus.elf" "$work/guests/corpus"
dotnet test "$work/samples/KernelTests" -c Release -v quiet -p:RestoreAdditionalProjectSources="$work/feed"

if command -v dpkg-deb > /dev/null; then
	echo "-- the Debian package"
	package=$(unset NUGET_PACKAGES; "$root/packaging/build-deb.sh" "$work" 2> "$work/log") || { cat "$work/log"; exit 1; }
	[ "$(dpkg-deb --field "$package" Depends)" = dotnet-runtime-10.0 ]
	dpkg-deb --extract "$package" "$work/installed"
	"$work/installed/usr/bin/ppcjit" boot guest:demo --quiet --exit-on DEMO-OK > /dev/null
	bash -c 'source "$1" && complete -p ppcjit' _ "$work/installed/usr/share/bash-completion/completions/ppcjit"
	gzip -dc "$work/installed/usr/share/man/man1/ppcjit.1.gz" > "$work/ppcjit.1"
	grep -q "^.TH PPCJIT 1" "$work/ppcjit.1"
fi
echo "The packages can be used."
