#!/usr/bin/env bash
# tools/reproduce.sh [TARGET]: builds the release twice, from the committed source, in two folders with names
# of different lengths and without ccache, and compares what came out, byte by byte. TARGET is a target of
# the build (patrol); another one, such as catalogue_pack, is quicker and is built without the console.
# Exit 0: the same bytes. PATROL_BUILD_JOBS: how many at once (2).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
target=${1:-patrol}
jobs=${PATROL_BUILD_JOBS:-2}
console=OFF
[ "$target" != patrol ] || console=ON
work=$(mktemp -d /tmp/patrol-reproduce.XXXXXX)
trap 'rm -rf "$work"' EXIT
SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct)
export SOURCE_DATE_EPOCH CCACHE_DISABLE=1 LC_ALL=C TZ=UTC
PATH="$root/.cache/node/bin:$PATH"

sums() {  # the folder's products, by name and hash
  (cd "$1/build/release" && sha256sum "src/$target" ./*.cdx.json console/console.pack catalogue/aws.zst 2>/dev/null) || true
}

for folder in one another-folder-with-a-longer-name; do
  mkdir "$work/$folder"
  git -C "$root" archive HEAD | tar -x -C "$work/$folder"
  [ ! -d "$root/.cache/node" ] || { mkdir "$work/$folder/.cache" && ln -s "$root/.cache/node" "$work/$folder/.cache/node"; }
  (cd "$work/$folder" && cmake --preset release -DPATROL_CONSOLE=$console >/dev/null &&
    cmake --build build/release -j "$jobs" --target "$target") >"$work/$folder.log" 2>&1 ||
    { tail -30 "$work/$folder.log" >&2; exit 1; }
  sums "$work/$folder" >"$work/$folder.sums"
done
cat "$work/one.sums"
if cmp -s "$work/one.sums" "$work/another-folder-with-a-longer-name.sums"; then
  echo "Two builds of $target gave the same bytes."
else
  echo "The builds differ:" >&2
  diff "$work/one.sums" "$work/another-folder-with-a-longer-name.sums" >&2
  exit 1
fi
