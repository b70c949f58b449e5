#!/bin/sh
# Puts a certificate that certbot has renewed where Martlet reads it, and has it served.
#
# As a deploy hook (certbot calls it with RENEWED_LINEAGE, /etc/letsencrypt/live/NAME):
#   ln -s /usr/share/martlet/certbot-hook.sh /etc/letsencrypt/renewal-hooks/deploy/martlet
# By hand, for what is there already:
#   /usr/share/martlet/certbot-hook.sh /etc/letsencrypt/live/shop.example.com
#
# MARTLET_CERTIFICATES: the folder that `certificates:` names (default: /etc/martlet/certs).
# MARTLET_GROUP: who may read what is put there (default: martlet).
# MARTLET_CONTROL: the control socket (default: /run/martlet/control.sock); where there is none, nothing is reloaded.
set -eu

fail() {
    echo "certbot-hook.sh: $2" >&2
    exit "$1"
}

lineage=${1:-${RENEWED_LINEAGE:-}}
[ -n "$lineage" ] || fail 64 "no folder given: certbot sets RENEWED_LINEAGE, or name /etc/letsencrypt/live/NAME"
folder=${MARTLET_CERTIFICATES:-/etc/martlet/certs}
group=${MARTLET_GROUP:-martlet}
control=${MARTLET_CONTROL:-/run/martlet/control.sock}
[ -d "$folder" ] || fail 66 "$folder is not there: install Martlet, or name the folder in MARTLET_CERTIFICATES"
for part in fullchain privkey; do
    [ -s "$lineage/$part.pem" ] || fail 66 "$lineage/$part.pem is not there, or empty"
done

# Written beside its place and renamed into it: nobody ever reads half of it.
name=$(basename -- "$lineage")
umask 077
work=$(mktemp "$folder/.$name.XXXXXX")
trap 'rm -f -- "$work"' EXIT
cat -- "$lineage/fullchain.pem" "$lineage/privkey.pem" >"$work"
if [ "$(id -u)" -eq 0 ] && getent group "$group" >/dev/null; then
    chgrp -- "$group" "$work"
    chmod 0640 -- "$work"
fi
mv -f -- "$work" "$folder/$name.pem"

[ -S "$control" ] || exit 0
# 0: served. 65: this or another certificate could not be read, so that the old one goes on. 78: the configuration is
# refused, and certificates are read anew all the same. Whatever it is, certbot reports it.
martlet reload --control "$control"
