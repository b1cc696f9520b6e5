#!/usr/bin/env bash
# Compiles and runs every program of samples/ as samples/README.md says.
set -uo pipefail
root=$(readlink -f "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../..")
work=$(mktemp -d "${TMPDIR:-/tmp}/radz-samples.XXXXXX")
server=
stop() {
    [[ -z $server ]] || { kill -- "-$server" && wait "$server"; } 2>/dev/null
    server=
}
trap 'stop; rm -rf "$work"' EXIT
. "$root/eng/systems/common.sh"
cd "$root" || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
film=samples/images/IM-0709-0001.jpeg

# says TEXT COMMAND...: the command succeeds and says the text
says() {
    local text=$1
    shift
    "$@" >"$work/said.txt" 2>&1 || { cat "$work/said.txt"; return 1; }
    cat "$work/said.txt"
    grep -qF -- "$text" "$work/said.txt" || { echo "expected to read: $text"; return 1; }
}

# the first as README says it, which compiles the rooms as Debug; the others with the rooms that are there
classify() { says "no finding 9" dotnet run samples/01-classify.cs -- "$film"; }
own_diseases() { says "rib fracture" dotnet run -c Release samples/02-own-diseases.cs -- "$film" pneumothorax "rib fracture" "no finding"; }
study_to_fhir() { says '"resourceType"' dotnet run -c Release samples/03-study-to-fhir.cs -- "$film" samples/images/NORMAL2-IM-1371-0001.jpeg; }
evaluate() { says "pneumonia" dotnet run -c Release samples/04-evaluate.cs -- samples/scores.csv; }
phantoms() { says "cardiomegaly" dotnet run -c Release samples/06-phantoms.cs -- "$work/phantoms" && [[ -s $work/phantoms/0.png ]]; }

# a server on a free port; a film is posted, and what is none is refused
aspnet() {
    dotnet build -c Release samples/05-aspnet.cs --nologo -v quiet -clp:NoSummary || return
    setsid dotnet run -c Release --no-build samples/05-aspnet.cs -- --urls http://127.0.0.1:0 >"$work/server.txt" 2>&1 &
    server=$!
    local address= tries
    for ((tries = 0; tries < 120 && ${#address} == 0; tries++)); do
        sleep 0.5
        address=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$work/server.txt" | head -1)
        kill -0 "$server" 2>/dev/null || break
    done
    [[ -n $address ]] || { cat "$work/server.txt"; return 1; }
    local found refused
    found=$(post "$address" "$film") && refused=$(post "$address" samples/README.md)
    echo "$found"
    echo "$refused"
    stop
    [[ $found == *" 200 "*pneumonia* && $refused == *" 400 "* ]] || { cat "$work/server.txt"; return 1; }
}

# post ADDRESS FILE: by bash alone, so that no program need be installed
post() {
    local port=${1##*:}
    exec 7<>"/dev/tcp/127.0.0.1/$port" || return
    { printf 'POST /findings HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %s\r\n\r\n' "$(stat -c %s "$2")"; cat "$2"; } >&7
    tr -d '\0' <&7
    exec 7>&-
}

check "01-classify.cs" classify
check "02-own-diseases.cs" own_diseases
check "03-study-to-fhir.cs" study_to_fhir
check "04-evaluate.cs" evaluate
check "05-aspnet.cs" aspnet
check "06-phantoms.cs" phantoms
finish
