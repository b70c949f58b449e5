#!/bin/bash
# Builds the tests under a sanitizer and runs those that need no other process.
#
#   deploy/sanitize.sh [thread|address] [ARGUMENT...]
#
# Both sanitizers where none is said. Arguments behind it go to `swift test`, for instance `--filter ReactorTests`. The
# build lies in .build-tsan or .build-asan. Release builds: tests that count to ten million would take hours in others. A
# report ends the run with a status that is not 0.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/packages.sh

require_swift
install_missing "${BUILD_PACKAGES[@]}"

# Leaks are not looked for: what Swift allocates once and keeps, such as metadata of types, lives to the process's end.
export ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0
export TSAN_OPTIONS=halt_on_error=0:second_deadlock_stack=1

sanitize() { # SANITIZER FOLDER ARGUMENT...
    local folder=$2
    export MARTLET_SANITIZER=$1
    shift 2
    swift build -c release --build-tests --scratch-path "$folder"
    swift test -c release --skip-build --scratch-path "$folder" --disable-xctest "$@" 2>&1 | tee "$folder/sanitize.log"
    if grep -E '(Thread|Address)Sanitizer' "$folder/sanitize.log" >/dev/null; then
        fail "$MARTLET_SANITIZER: reports in $folder/sanitize.log"
    fi
}

wanted=${1:-both}
[ $# -eq 0 ] || shift
case $wanted in
    thread) sanitize thread .build-tsan "$@" ;;
    address) sanitize address .build-asan "$@" ;;
    both)
        sanitize thread .build-tsan "$@"
        sanitize address .build-asan "$@"
        ;;
    *) fail "expected thread or address, found $wanted" ;;
esac
