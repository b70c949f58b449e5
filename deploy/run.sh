#!/bin/bash
# Builds Martlet's release and starts the demo: two small backends behind HTTPS on loopback.
#
# On Debian 12 with a Swift toolchain nothing else has to be there; missing packages are installed with apt-get (as root
# or with sudo). Arguments go to `martlet demo`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/packages.sh

require_swift
install_missing "${BUILD_PACKAGES[@]}"
swift build -c release --product martlet
exec .build/release/martlet demo "$@"
