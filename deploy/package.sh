#!/bin/bash
# Builds Martlet's Debian package, with a binary that carries Swift's runtime: no toolchain has to be where it runs.
#
# usage: deploy/package.sh [--built] [--revision N] [--output FOLDER]
#   --built          take the objects in .build/release as they are, in place of building them
#   --revision N     of the package, behind the version (default: 1)
#   --output FOLDER  where to (default: .build/package)
#
# Writes FOLDER/martlet_VERSION-N_ARCHITECTURE.deb, and FOLDER/martlet_VERSION-N_ARCHITECTURE.debug for debuggers
# (`gdb -s`). OpenSSL, nghttp2 and the libraries of compression stay Debian's. DEBFULLNAME and DEBEMAIL are who builds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/packages.sh

revision=1
output=.build/package
is_built=no
while [[ $# -gt 0 ]]; do
    case $1 in
        --built) is_built=yes; shift ;;
        --revision | --output)
            [[ $# -ge 2 ]] || fail "$1 needs a value"
            if [[ $1 == --revision ]]; then revision=$2; else output=$2; fi
            shift 2
            ;;
        *) fail "unknown argument $1: see the beginning of this file" ;;
    esac
done

require_swift
install_missing "${BUILD_PACKAGES[@]}" "${PACKAGE_PACKAGES[@]}"
[[ $is_built == yes ]] || swift build -c release --product martlet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

# The objects that the build has linked to Swift's shared libraries, linked to the static ones: what `swift build
# --static-swift-stdlib` makes, without compiling everything once more. Foundation's own libraries are not told by
# objects that were compiled against the shared ones, so they are named; lld, as it does not ask for their order.
link() {
    local entry=()
    # The executable's entry point has another name in objects that tests can import.
    if nm .build/release/martlet.build/*.o | grep ' T martlet_main$' >/dev/null; then
        entry=(-Xlinker --defsym -Xlinker main=martlet_main)
    fi
    # shellcheck disable=SC2046 # Several words.
    swiftc -static-stdlib -use-ld=lld -g -module-name martlet -emit-executable -o "$1" "${entry[@]}" \
        -Xlinker --gc-sections -Xlinker --no-export-dynamic -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now \
        "@$(readlink -f .build/release)/martlet.product/Objects.LinkFileList" \
        -lFoundationInternationalization -lCoreFoundation -l_FoundationICU -l_FoundationCShims -l_FoundationCollections \
        $(pkg-config --libs openssl libnghttp2 zlib libisal libbrotlienc libzstd libcrypt)
}

link "$work/martlet"
binary=$root/usr/bin/martlet
version=$("$work/martlet" --version | cut -d ' ' -f 2)-$revision
architecture=$(dpkg --print-architecture)
maintainer="${DEBFULLNAME:-Martlet} <${DEBEMAIL:-martlet@localhost}>"
name=martlet_${version}_$architecture
mkdir -p "$output"
install -D -m 755 "$work/martlet" "$binary"
objcopy --only-keep-debug --compress-debug-sections=zlib "$work/martlet" "$output/$name.debug"
strip --strip-unneeded --remove-section=.comment "$binary"
# As it was made at the commit, so that the same tree makes the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

# A text with @WORDS@ replaced.
fill() {
    sed -e "s|@VERSION@|$version|" -e "s|@ARCHITECTURE@|$architecture|" -e "s|@MAINTAINER@|$maintainer|" \
        -e "s|@DATE@|$(date -R -u -d "@$SOURCE_DATE_EPOCH")|" -e "s|@SIZE@|${size:-0}|" -e "s|@DEPENDS@|${depends:-}|" \
        -e "s|@REVISION@|$(git describe --always --dirty 2>/dev/null || echo 'a tree without history')|" "$1"
}

put() {
    mkdir -p "$(dirname "$root/$2")"
    install -m "${3:-644}" "$1" "$root/$2"
}

put_compressed() {
    mkdir -p "$(dirname "$root/$1")"
    gzip -9 -n >"$root/$1"
    chmod 644 "$root/$1"
}

put deploy/martlet.service lib/systemd/system/martlet.service
put deploy/debian/martlet.yaml etc/martlet/martlet.yaml
put deploy/debian/martlet.default etc/default/martlet
put deploy/martlet.logrotate etc/logrotate.d/martlet
put deploy/certbot-hook.sh usr/share/martlet/certbot-hook.sh 755
put deploy/debian/copyright usr/share/doc/martlet/copyright
put deploy/debian/martlet.lintian-overrides usr/share/lintian/overrides/martlet
put_compressed usr/share/doc/martlet/changelog.Debian.gz < <(fill deploy/debian/changelog.in)
# What is for contributors stays in the source, and the manual page has the verbs.
for page in Sources/Forwarding/Forwarding.docc/{,Tasks/}*.md; do
    title=${page##*/}
    case $title in
        Contributing.md | Figures.md | Forwarding.md | LifeOfARequest.md | Principles.md | Verbs.md) continue ;;
    esac
    put_compressed "usr/share/doc/martlet/$title.gz" <"$page"
done
for example in deploy/examples/*.yaml deploy/prometheus/{prometheus.yml,martlet.rules.yml,martlet.dashboard.json}; do
    put "$example" "usr/share/doc/martlet/examples/${example##*/}"
done
# What is linked in wants to be told of (Apache License 2.0, 4d).
notices=()
# shellcheck disable=SC2013 # They are words.
for checkout in $(grep -o 'checkouts/[A-Za-z][A-Za-z-]*' deploy/debian/copyright | sort -u); do
    [[ -d .build/$checkout ]] || fail "deploy/debian/copyright names $checkout, which is not in .build"
    [[ ! -f .build/$checkout/NOTICE.txt ]] || notices+=(".build/$checkout/NOTICE.txt")
done
put_compressed usr/share/doc/martlet/NOTICE.gz < <(cat "${notices[@]}")
put_compressed usr/share/man/man1/martlet.1.gz < <(python3 deploy/manual.py "$work/martlet" "${version%-*}")
mkdir -p "$root/usr/share/bash-completion/completions"
# Sourced, not run.
"$work/martlet" --generate-completion-script bash | sed '1{/^#!/d}' >"$root/usr/share/bash-completion/completions/martlet"

# What the binary needs of Debian's libraries, by the symbols that it uses.
mkdir -p "$work/debian"
printf 'Source: martlet\n\nPackage: martlet\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O -e"$binary" 2>"$work/shlibdeps.log" | sed -n 's/^shlibs:Depends=//p')
[[ -n $depends ]] || fail "dpkg-shlibdeps: $(cat "$work/shlibdeps.log")"

size=$(du -sk --apparent-size "$root" | cut -f 1)
mkdir -m 755 "$root/DEBIAN"
fill deploy/debian/control.in >"$root/DEBIAN/control"
(cd "$root" && find etc -type f -printf '/%p\n' | LC_ALL=C sort) >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 755 "deploy/debian/$script" "$root/DEBIAN/$script"; done
(cd "$root" && find usr lib -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -type d -exec chmod 755 {} +
find "$root" -newermt "@$SOURCE_DATE_EPOCH" -print0 | xargs -0r touch -h -d "@$SOURCE_DATE_EPOCH"
dpkg-deb --root-owner-group -Zxz -z4 --build "$root" "$output/$name.deb" >/dev/null
echo "$output/$name.deb: $(stat -c %s "$output/$name.deb") bytes, of which the binary is $(stat -c %s "$binary") unpacked"
