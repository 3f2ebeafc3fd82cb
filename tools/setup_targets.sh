#!/usr/bin/env bash
# Installs what programs for other instruction sets need: the cross compiler of sampan[cross], and
# QEMU's user emulation, which only root on Debian or Ubuntu gets by itself.
set -euo pipefail
cd "$(dirname "$0")/.."

.venv/bin/python -m pip install --quiet --disable-pip-version-check -e '.[cross]'
if ! command -v qemu-aarch64 > /dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qemu-user > /dev/null
  else
    echo "setup: error: QEMU's user emulation is not installed (Debian, Ubuntu: qemu-user)" >&2
    exit 4
  fi
fi
