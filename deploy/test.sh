#!/bin/bash
# Checks the format, builds Martlet's release and runs every test, against real servers and clients of Debian's.
#
# On Debian 12 with a Swift toolchain nothing else has to be there; missing packages are installed with apt-get (as root
# or with sudo), two linters from PyPI. What needs no other process comes first, and fails first: readers of strangers'
# bytes are fuzzed for 20 s each, then come the tests. Arguments go to `swift test` in place of all that, for instance
# `--filter Rotation`. MARTLET_ROTATION_SECONDS shortens the rotation under load, which takes 60 s.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/packages.sh

require_swift
install_missing "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
install_linters
swift format lint --strict --recursive Package.swift Sources Tests Fuzzing
swift build -c release --build-tests
run_tests() { swift test -c release --skip-build --disable-xctest "$@"; }
if [ $# -gt 0 ]; then
    run_tests "$@"
else
    Fuzzing/run all 20
    run_tests --skip '^EndToEndTests\.'
    run_tests --filter '^EndToEndTests\.'
fi
