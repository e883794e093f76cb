/**
 * An element of a list that changed in one member is, for the API, one element that went and one that
 * came. Beside each other they are what a person looks for: the same element, before and after.
 */
import type { ShownPath } from './PathDiff';

export interface PathRow extends ShownPath {
  /** The paths that the row stands for: one, or the two of a pair. */
  paths: string[];
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNone = (value: unknown) => value === null || value === undefined;

/** `A.B[…]` → `A.B[`; null for a path that does not end with an element. */
function listOf(path: string): string | null {
  if (!path.endsWith(']')) return null;
  const open = path.search(/\[[{"]/);
  return open < 0 ? null : path.slice(0, open + 1);
}

function alike(before: Fields, after: Fields): boolean {
  const names = Object.keys(before);
  const same = names.filter((name) => JSON.stringify(before[name]) === JSON.stringify(after[name]));
  return names.length > 1 && same.length * 2 >= names.length;
}

/** Looking for partners is quadratic; so many paths are not read one by one anyway. */
const pairedMost = 300;

function partnerOf(path: ShownPath, paths: ShownPath[], taken: Set<ShownPath>) {
  const list = listOf(path.path);
  const { before } = path;
  if (list === null || !isFields(before) || !isNone(path.after)) return undefined;
  return paths.find(
    (other) =>
      !taken.has(other) &&
      isNone(other.before) &&
      isFields(other.after) &&
      listOf(other.path) === list &&
      alike(before, other.after),
  );
}

const alone = (path: ShownPath): PathRow => ({ ...path, paths: [path.path] });

export function pairPaths(paths: ShownPath[]): PathRow[] {
  if (paths.length > pairedMost) return paths.map(alone);
  const partners = new Map<ShownPath, ShownPath>();
  const taken = new Set<ShownPath>();
  for (const path of paths) {
    const partner = partnerOf(path, paths, taken);
    if (!partner) continue;
    partners.set(path, partner);
    taken.add(partner);
  }
  return paths
    .filter((path) => !taken.has(path))
    .map((path) => {
      const came = partners.get(path);
      if (!came) return alone(path);
      const told = came.why ? came : path;
      return {
        ...told,
        path: path.path,
        before: path.before,
        after: came.after,
        paths: [path.path, came.path],
      };
    });
}
