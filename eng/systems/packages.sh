#!/usr/bin/env bash
# Packs everything, builds a library program (as a project and as a file) and installs the tool in an empty folder with nothing but the packages, then
# runs all of them without network, as an ordinary user whose home is read-only or missing. Their findings are those of ./radz classify.
set -uo pipefail
root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../..
root=$(readlink -f "$root")
work=$(mktemp -d "${TMPDIR:-/tmp}/radz-packages.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
. "$root/eng/systems/common.sh"
film=$root/samples/images/IM-0709-0001.jpeg

# Packages of others come from this machine's cache, which building the repository has filled; ours from the feed alone, into a cache of their own:
# one of the same version that lies in the user's cache would hide them.
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
export NUGET_PACKAGES=$work/own DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
surroundings() {
    mkdir -p "$work/others" "$work/empty"
    local package
    for package in "$cache"/*/; do
        package=${package%/}
        [[ ${package##*/} == radz || ${package##*/} == radz.* ]] || ln -s "$package" "$work/others/${package##*/}"
    done
    cat >"$work/empty/nuget.config" <<XML
<configuration>
  <packageSources><clear /><add key="feed" value="$work/feed" /></packageSources>
  <fallbackPackageFolders><clear /><add key="others" value="$work/others" /></fallbackPackageFolders>
</configuration>
XML
    cp "$film" "$work/film.jpeg"
    mkdir -p "$work/readonly"
    chmod 555 "$work/readonly"
}

pack() { NUGET_PACKAGES=$cache dotnet pack "$root/RadZ.slnx" -c Release -o "$work/feed" --nologo -v quiet -clp:NoSummary; }

packed() {
    local name
    for name in RadZ RadZ.Files RadZ.Imaging RadZ.Text RadZ.Data RadZ.Model RadZ.Evaluation RadZ.Export RadZ.Phantoms RadZ.Tool; do
        compgen -G "$work/feed/$name.[0-9]*.nupkg" >/dev/null || { echo "no package $name in $(ls "$work/feed")"; return 1; }
    done
    ls -l "$work/feed"
}

# example README: its program as it stands
example() { awk '/^#:package RadZ/ { inside = 1 } inside && /^```/ { exit } inside' "$1"; }

library() {
    mkdir -p "$work/empty/library"
    cat >"$work/empty/library/library.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="RadZ" Version="$version" />
  </ItemGroup>
</Project>
XML
    example "$root/README.md" | grep -v '^#:' >"$work/empty/library/Program.cs"
    (cd "$work/empty/library" && dotnet build -c Release -o "$work/library" --nologo -v quiet -clp:NoSummary)
}

# file NAME README: the README's program, built as a file
file() {
    mkdir -p "$work/empty/$1"
    example "$2" >"$work/empty/$1/$1.cs"
    (cd "$work/empty/$1" && dotnet build "$1.cs" -o "$work/$1" --nologo -v quiet -clp:NoSummary)
}

# room NAME ARGUMENT TEXT: the program of a room's README, built as a file, says the text
room() {
    file "$1" "$root/src/RadZ.$1/README.md" || return
    mkdir -p "$work/$1.out"
    (cd "$work/$1.out" && dotnet "$work/$1/$1.dll" "$2" >"$work/said.txt") || return
    cat "$work/said.txt"
    grep -qF -- "$3" "$work/said.txt"
}

tool() { (cd "$work/empty" && dotnet tool install --tool-path "$work/tool" --source "$work/feed" RadZ.Tool --version "$version"); }

# the lines that the library's program should print, from the command's own table
expected() {
    (cd "$work" && RADZ_CACHE=off "$root/radz" classify film.jpeg --format csv >classify.csv) || return
    awk -F, 'NR > 1 { printf "%s %s\n", $2, $9 == "" ? "" : sprintf("%.0f %%", $9 * 100) }' "$work/classify.csv" >"$work/expected.txt"
    [[ -s $work/expected.txt ]]
}

# same_lines HOME DLL: the library's program prints the command's findings
same_lines() {
    (cd "$work" && HOME_OF_STRANGER=$1 stranger dotnet "$2" film.jpeg >lines.txt) || return
    diff "$work/expected.txt" "$work/lines.txt"
}

# same_table HOME: so does the tool, with one notice on stderr that nothing is kept
same_table() {
    (cd "$work" && HOME_OF_STRANGER=$1 stranger "$work/tool/radz" classify film.jpeg --format csv >table.csv 2>notices.txt) || { cat "$work/notices.txt"; return 1; }
    cat "$work/notices.txt"
    (($(grep -c '^note: ' "$work/notices.txt") == 1)) || { echo "expected one notice that nothing is kept"; return 1; }
    diff "$work/classify.csv" "$work/table.csv"
}

surroundings
check "dotnet pack makes all packages" pack && check "each room that is promised is a package" packed || { finish; exit 1; }
version=$(basename "$work"/feed/RadZ.Tool.*.nupkg .nupkg)
version=${version#RadZ.Tool.}
echo "          RadZ.Tool $version: $(($(stat -c %s "$work/feed/RadZ.Tool.$version.nupkg") / 1000000)) MB"

check "README's example is samples/01-classify.cs but for the line that names the library" \
    diff <(example "$root/README.md" | sed -E 's/^#:package RadZ@.*/#:library/') <(sed -E 's/^#:project .*/#:library/' "$root/samples/01-classify.cs")
check "./radz classify gives the lines to expect" expected
check "a project with the package builds" library
check "README's example builds as a file" file classify "$root/README.md"
check "the tool installs" tool
check "the example of RadZ.Imaging" room Imaging "$work/film.jpeg" "Jpeg"
check "the example of RadZ.Evaluation" room Evaluation "$root/samples/scores.csv" "pneumonia"
check "the example of RadZ.Phantoms" room Phantoms "" " cm"
for home in "$work/readonly" /nonexistent; do
    check "project, offline, home $(basename "$home")" same_lines "$home" "$work/library/library.dll"
    check "file, offline, home $(basename "$home")" same_lines "$home" "$work/classify/classify.dll"
    check "tool, offline, home $(basename "$home")" same_table "$home"
done
finish
