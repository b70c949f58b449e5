#!/bin/bash
# Checks the format, builds Martlet's release and runs every test, against real servers and clients of Debian's.
#
# On Debian 12 with a Swift toolchain nothing else has to be there; missing packages are installed with apt-get (as root
# or with sudo). Arguments go to `swift test`, for instance `--filter Rotation`. MARTLET_ROTATION_SECONDS shortens the
# rotation under load, which takes 60 s.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/packages.sh

require_swift
install_missing "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
swift format lint --strict --recursive Package.swift Sources Tests
swift build -c release --build-tests
swift test -c release --skip-build --disable-xctest "$@"
