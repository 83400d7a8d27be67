#!/bin/sh
# Starts the Node.js that the lockfile pins, with the given arguments. It needs one library that a bare Debian lacks:
# installed here where that is possible, named where it is not.
home=$(dirname "$(dirname "$(readlink -f "$0")")")
node="$home/node_modules/.bin/node"
if ! "$node" --version >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Node.js 26 needs the Debian package libatomic1: installing it." >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2 && apt-get install -qq -y --no-install-recommends libatomic1 >/dev/null
  fi
  if ! "$node" --version >/dev/null; then
    echo "cannot start $node: run 'npm ci', and install the Debian package libatomic1" >&2
    exit 1
  fi
fi
exec "$node" "$@"
