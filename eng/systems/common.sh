# What the parts of `./test --systems` share. Each part sets `root` and `work`, calls `check NAME COMMAND...`, and ends with `finish`.
passed=0 failed=0

# check NAME COMMAND...: one test; what the command says is shown where it fails
check() {
    local name=$1 started=$SECONDS log=$work/check.log
    shift
    if "$@" >"$log" 2>&1 </dev/null; then
        passed=$((passed + 1))
        echo "  passed  $name ($((SECONDS - started)) s)"
    else
        failed=$((failed + 1))
        echo "  FAILED  $name: $*"
        tail -40 "$log" | sed 's/^/          /'
        return 1
    fi
}

# fail NAME WHY: a test that could not even begin
fail() {
    failed=$((failed + 1))
    echo "  FAILED  $1: $2"
}

finish() {
    echo "$passed passed, $failed failed"
    ((failed == 0))
}

# stranger COMMAND...: offline and as an ordinary user where this machine lets us, with the home that $HOME_OF_STRANGER names
stranger() {
    local before=()
    unshare -n true 2>/dev/null && before+=(unshare -n)
    ((EUID == 0)) && before+=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    env -i PATH="$PATH" LC_ALL=C HOME="$HOME_OF_STRANGER" DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 \
        http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 ${DOTNET_ROOT:+DOTNET_ROOT="$DOTNET_ROOT"} \
        ${OMP_NUM_THREADS:+OMP_NUM_THREADS="$OMP_NUM_THREADS"} "${before[@]}" "$@"
}
