# Sourced by scripts/build, test and demo: checks the system, installs what is missing, configures.
# Everything it prints goes to stderr, so that callers own stdout.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=${PATROL_BUILD_JOBS:-2}

say() { printf '%s\n' "$*" >&2; }

# Debian 12 and its derivatives; anything else is told so at once.
check_system() {
  local id='' version='' like='' codename=''
  if [ -r /etc/os-release ]; then
    id=$(. /etc/os-release; printf '%s' "${ID:-}")
    version=$(. /etc/os-release; printf '%s' "${VERSION_ID:-}")
    like=$(. /etc/os-release; printf '%s' "${ID_LIKE:-}")
    codename=$(. /etc/os-release; printf '%s' "${DEBIAN_CODENAME:-${VERSION_CODENAME:-}}")
  fi
  if [ "$id" = debian ] && [ "${version%%.*}" = 12 ]; then return 0; fi
  case " $like " in *" debian "*) [ "$codename" = bookworm ] && return 0 ;; esac
  say "Patrol builds on Debian 12 (bookworm) and its derivatives; this is ${id:-an unknown system} ${version}."
  exit 1
}

wanted_packages() {
  awk -v kinds="$1" '!/^#/ && NF >= 2 && index(kinds, $1) { print $2, $3 }' "$root/scripts/packages.txt" |
    while read -r package command; do
      [ -n "$command" ] && command -v "$command" >/dev/null || printf '%s\n' "$package"
    done
}

missing_packages() {
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | awk '$1 == "ii" { print $2 }')
  comm -23 <(wanted_packages "$1" | sort -u) <(printf '%s\n' "$installed" | sort -u)
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# $1: "build" or "build test"; $2: what follows, for the first line.
install_packages() {
  local missing count
  missing=$(missing_packages "$1")
  count=$(printf '%s' "$missing" | grep -c . || true)
  if [ "$count" = 0 ]; then
    say "All packages are installed; nothing to download. The build folder takes up to 1 GB. $2"
    return 0
  fi
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    say "$count packages are missing: run this as root, or install sudo first."
    exit 1
  fi
  say "$count packages are missing: they and what they need take about $((40 + count * 55)) MB and 2-5 minutes," \
      "the build folder up to 1 GB. $2"
  local log="$root/.cache/apt.log"
  mkdir -p "$root/.cache"
  if ! { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
         apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -5 "$log" >&2
    say "Installing packages failed; the whole log is in .cache/apt.log."
    exit 1
  fi
}

# The console needs Node 20 or newer. Debian 12 has 18: that one fetches a newer pair of node and npm,
# as their npm packages bring them, into .cache/node.
node_wanted=22.23.3
npm_wanted=10.9.4
prepare_node() {
  local cache="$root/.cache/node" architecture=x64
  export PATH="$cache/bin:$PATH"
  node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null && return 0
  [ "$(uname -m)" != aarch64 ] || architecture=arm64
  say "This system's Node is too old for the console: fetching Node $node_wanted (about 60 MB) into .cache/node."
  npm install --prefix "$cache" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
    "node-linux-$architecture@$node_wanted" "npm@$npm_wanted" >&2 || { say 'Fetching Node failed.'; exit 1; }
  mkdir -p "$cache/bin"
  ln -sf "../node_modules/node-linux-$architecture/bin/node" "$cache/bin/node"
  ln -sf ../node_modules/npm/bin/npm-cli.js "$cache/bin/npm"
  hash -r
}

# $1: preset, $2...: targets. Output of the build goes to stderr.
build_preset() {
  local preset=$1
  shift
  cd "$root"
  [ "$preset" != release ] || prepare_node
  cmake --preset "$preset" >"$root/build/$preset.configure.log" 2>&1 ||
    { cat "$root/build/$preset.configure.log" >&2; exit 1; }
  cmake --build "build/$preset" -j "$jobs" --target "$@" >&2
}

mkdir -p "$root/build"
