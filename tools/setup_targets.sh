#!/usr/bin/env bash
# Installs what programs for other instruction sets need: the cross compiler of sampan[cross], and
# QEMU's user emulation. Where the system's is old (7.2 fails at some of RISC-V's vector
# instructions), root on Debian gets the one of Debian 13, which is static, in build/qemu.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=10
has_compiler() {
  .venv/bin/python -c 'from sampan import cross
from sampan.targets.registry import TARGETS
cross.require_zig(TARGETS["riscv64"])' 2> /dev/null
}
has_compiler || .venv/bin/python -m pip install --quiet --disable-pip-version-check -e '.[cross]'

major() { # of the QEMU that PROGRAM is
  "$1" --version 2> /dev/null | sed -n 's/.*version \([0-9]*\)\..*/\1/p' | head -n 1
}

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; }

if ! command -v qemu-riscv64 > /dev/null && can_install; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qemu-user > /dev/null
fi

fetch_newer() {
  local uri apt=build/qemu.apt
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
    'Component: main' | head -n 1)
  [ -n "$uri" ] || return 1
  mkdir -p build/qemu $apt/lists/partial $apt/cache/archives/partial
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri trixie main" > $apt/list
  local options=(-o "Dir::Etc::sourcelist=$PWD/$apt/list" -o Dir::Etc::sourceparts=-
    -o "Dir::State::lists=$PWD/$apt/lists" -o "Dir::Cache=$PWD/$apt/cache")
  apt-get "${options[@]}" update -qq && (cd $apt && apt-get "${options[@]}" download qemu-user) &&
    dpkg-deb --fsys-tarfile $apt/qemu-user_*.deb |
    tar -x -C build/qemu ./usr/bin/qemu-{aarch64,riscv64,loongarch64,x86_64}
  local result=$?
  rm -rf $apt
  return $result
}

found=$(command -v qemu-riscv64 || true)
[ -x build/qemu/usr/bin/qemu-riscv64 ] && found=build/qemu/usr/bin/qemu-riscv64
if [ -z "$found" ] || [ "$(major "$found")" -lt $wanted ]; then
  if can_install && fetch_newer > /dev/null 2>&1; then
    found=build/qemu/usr/bin/qemu-riscv64
  fi
fi
if [ -z "$found" ]; then
  echo "setup: error: QEMU's user emulation is not installed (Debian, Ubuntu: qemu-user)" >&2
  exit 4
fi
[ "$(major "$found")" -ge $wanted ] ||
  echo "setup: QEMU $(major "$found") fails at some of RISC-V's vector instructions" >&2
