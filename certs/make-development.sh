#!/bin/sh
# Makes a self-signed certificate for development: EC P-256, for localhost and the names that are given.
# See README.md beside this script.
set -eu

usage() {
    cat <<'USAGE'
usage: make-development.sh [--folder FOLDER] [--file NAME] [--days DAYS] [--overwrite] [HOST ...]

Writes FOLDER/NAME.pem, a private key and a self-signed certificate for it that is valid for localhost,
127.0.0.1, ::1 and every HOST (a name, *.name or an IP address).

  --folder FOLDER  where to (default: the folder of this script)
  --file NAME      the file's name without .pem (default: development)
  --days DAYS      how long it is valid (default: 30)
  --overwrite      replace the file if it is there; without this it is left alone and the exit code is 73
USAGE
}

fail() {
    echo "make-development.sh: $2" >&2
    exit "$1"
}

folder=$(dirname -- "$0")
file=development
days=30
overwrite=no
names="DNS:localhost,IP:127.0.0.1,IP:::1"
while [ $# -gt 0 ]; do
    case $1 in
        --folder | --file | --days)
            [ $# -ge 2 ] || fail 64 "$1 needs a value"
            case $1 in
                --folder) folder=$2 ;;
                --file) file=$2 ;;
                --days) days=$2 ;;
            esac
            shift 2
            ;;
        --overwrite) overwrite=yes; shift ;;
        --help | -h) usage; exit 0 ;;
        -*) usage >&2; fail 64 "unknown option $1" ;;
        *)
            # A comma or a line feed would start a name or an extension of its own in what openssl reads.
            case $1 in
                *[!A-Za-z0-9.:*_-]* | "") fail 64 "not a host name or an IP address: $1" ;;
                localhost) ;;
                *:*) names="$names,IP:$1" ;;
                *[!0-9.]*) names="$names,DNS:$1" ;;
                *) names="$names,IP:$1" ;;
            esac
            shift
            ;;
    esac
done
case $days in
    *[!0-9]* | "") fail 64 "--days needs a number, not $days" ;;
esac
case $file in
    */* | "" | .*) fail 64 "--file needs a name without a slash, not $file" ;;
esac
command -v openssl >/dev/null || fail 69 "openssl is missing; on Debian: apt-get install openssl"

target=$folder/$file.pem
if [ -e "$target" ] && [ "$overwrite" = no ]; then
    fail 73 "$target is there already; --overwrite replaces it"
fi
mkdir -p -- "$folder"

# Written beside its place and renamed into it: who reads the folder meanwhile never sees half a file.
umask 077
work=$(mktemp -d "$folder/.make-development.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
trap 'exit 130' INT TERM
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days "$days" \
    -subj "/O=Martlet development/CN=localhost" -addext "subjectAltName=$names" \
    -addext "basicConstraints=critical,CA:FALSE" -addext "keyUsage=critical,digitalSignature" \
    -addext "extendedKeyUsage=serverAuth" -keyout "$work/key" -out "$work/certificate" 2>"$work/log" || {
    cat "$work/log" >&2
    fail 70 "openssl failed"
}
cat "$work/certificate" "$work/key" >"$work/pem"
mv -f -- "$work/pem" "$target"
echo "$target: $names, $days days"
