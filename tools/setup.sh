#!/usr/bin/env bash
# Makes .venv with everything Sampan needs, and proves that it works. Run by `make setup`; run again
# it only looks at its stamp. What the machine lacks it names together with the command that
# installs it; as root on Debian or Ubuntu it runs that command itself.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv
stamp=$venv/.sampan-setup

say() { printf 'setup: %s\n' "$*"; }

# fail MESSAGE [PACKAGES-OF-APT]: what is missing and how to install it on the usual systems.
fail() {
  printf 'setup: error: %s\n' "$1" >&2
  if [ -n "${2:-}" ]; then
    {
      echo "setup: install it with the command of your system, then run make again:"
      echo "  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install -y $2"
      echo "  Fedora, RHEL:    sudo dnf install -y python3 gcc-c++ make"
      echo "  openSUSE:        sudo zypper install -y python311 gcc-c++ make"
      echo "  Arch:            sudo pacman -S --needed python gcc make"
    } >&2
  fi
  exit 4
}

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; }

updated=
install_packages() {
  say "installing $* with apt-get"
  if [ -z "$updated" ]; then
    apt-get update -qq || say "apt-get update failed; trying with the lists at hand"
    updated=yes
  fi
  # shellcheck disable=SC2068
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $@ > /dev/null
}

# A Python of at least 3.11; with "complete", one that can also make virtual environments.
find_python() {
  local test='import sys; sys.exit(sys.version_info < (3, 11))'
  [ "$1" = complete ] && test='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'
  local candidate
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" > /dev/null && "$candidate" -c "$test" 2> /dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# Compiles, links and runs a program that uses the C++ library, with the clang of the environment.
probe_cxx() {
  local dir
  dir=$(mktemp -d)
  cat > "$dir/probe.cpp" << 'PROBE'
#include <cstdio>
#include <string>
#include <thread>
#include <vector>
int main() {
  std::vector<std::string> words{"C++", "works"};
  std::thread([&] { std::printf("%zu\n", words.size()); }).join();
}
PROBE
  local result=0
  "$venv/bin/clang++" -std=c++17 -stdlib=libstdc++ --rtlib=libgcc --unwindlib=libgcc -pthread \
    "$dir/probe.cpp" -o "$dir/probe" > "$dir/log" 2>&1 && [ "$("$dir/probe")" = 2 ] || result=1
  [ $result = 0 ] || cat "$dir/log" >&2
  rm -rf "$dir"
  return $result
}

digest() { # of what decides the contents of the environment
  cat pyproject.toml tools/setup.sh | cksum
  pwd # an editable installation names this directory
}

if [ -x $venv/bin/sampan ] && [ -f $stamp ] && [ "$(digest)" = "$(cat $stamp)" ]; then
  exit 0
fi

case "$(uname -s)" in
  Linux) ;;
  *) fail "Sampan runs on Linux; this is $(uname -s)." ;;
esac

if ! python=$(find_python complete); then
  if can_install; then
    install_packages python3 python3-venv || true
    # Older releases have a later Python beside their own.
    find_python complete > /dev/null || install_packages python3.11 python3.11-venv || true
  fi
  if ! python=$(find_python complete); then
    if bare=$(find_python any); then
      fail "$bare cannot make virtual environments (its venv or ensurepip module is missing)." \
        "python3-venv"
    fi
    fail "no Python of version 3.11 or later was found (PYTHON=... names one elsewhere)." \
      "python3 python3-venv"
  fi
fi

if [ ! -x $venv/bin/python ] || ! $venv/bin/python -c 'import pip' 2> /dev/null; then
  say "making $venv with $python"
  "$python" -m venv --clear $venv
fi

say "installing Sampan and what it needs (about 200 MB the first time)"
$venv/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' ||
  fail "pip could not install the packages that pyproject.toml names; its message is above."
# The clang package makes its links clang++ and ld.lld when Python starts for the first time.
$venv/bin/python -c pass
[ -x $venv/bin/clang++ ] || fail "the clang package did not install $venv/bin/clang++."

if ! probe_cxx 2> /dev/null; then
  if can_install; then
    install_packages g++ || true
  fi
  probe_cxx || fail "clang cannot build a C++ program here: it uses the C++ library (libstdc++), \
the C library and libgcc of the system, and some of them are missing." "g++"
fi

digest > $stamp
say "done: $venv/bin/sampan"
