#!/bin/bash
# Checks the scripts, the unit, the Dockerfile, the manifests for Kubernetes and the playbook for Ansible with the linters
# of each. Missing ones are installed: Debian's packages with apt-get, two of PyPI's into .build/linters.
#
# usage: deploy/lint.sh [--installed]
#   --installed  install nothing: fail where something is missing
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/packages.sh

# The version of Kubernetes whose schemas the manifests are held to.
KUBERNETES=1.34

case ${1:-} in
    "")
        install_missing ansible-core python3-venv shellcheck systemd yamllint
        install_linters
        ;;
    --installed) has_linters || fail "${LINTERS[*]} are missing: deploy/lint.sh installs them" ;;
    *) fail "unknown argument $1: see the beginning of this file" ;;
esac

status=0
check() {
    echo "$*"
    "$@" || status=1
}

check shellcheck -x .ci/run Fuzzing/run certs/*.sh deploy/*.sh deploy/debian/{postinst,prerm,postrm} \
    Tests/EndToEndTests/Scripts/*.sh
check yamllint --strict --config-file deploy/yamllint.yaml deploy
check $LINTERS_FOLDER/bin/hadolint deploy/Dockerfile
check $LINTERS_FOLDER/bin/kubernetes-validate --kubernetes-version $KUBERNETES --strict deploy/kubernetes/*.yaml
check systemd-analyze security --offline=true --no-pager --threshold=20 deploy/martlet.service >/dev/null
check env ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false \
    /usr/bin/ansible-playbook --syntax-check --inventory deploy/ansible/inventory.ini deploy/ansible/martlet.yaml
exit $status
