#!/bin/sh
# Says in one line what make TARGET needs and this machine lacks, and fails: needs.sh TARGET [PYTHON]
# PYTHON makes the virtual environment; none is given where there is one.
target=$1 python=${2-} lacking='' packages=''
lacks() { lacking="$lacking${lacking:+, }$1" packages="$packages $2"; }
found() { for each; do command -v "$each" >/dev/null && return; done; return 1; }

if [ "$python" ]; then
  if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    lacks "Python 3.11 or newer, which $python is not (make PYTHON=/path/to/another takes that)" "python3 python3-venv"
  elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    lacks "what $python makes virtual environments with" python3-venv
  fi
fi
if [ "$target" = test ] && ! found chromium chromium-browser google-chrome; then
  lacks "Chromium (make check does without)" chromium
fi
if [ "$target" = test-cluster ]; then
  found mvn || lacks "Maven" maven
  found java || lacks "Java 17 or newer" openjdk-17-jre-headless
fi
[ -z "$lacking" ] || { echo "make $target needs $lacking: on Debian, apt-get install$packages" >&2; exit 1; }
