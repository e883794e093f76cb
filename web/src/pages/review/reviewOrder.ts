/** Which changes of a set are shown and in which order: by category, the category with the worst first. */
import type { Change } from '../../api/drift';
import type { Severity } from '../../types';
import { severities } from '../../ui/severity';

export type Shown = 'open' | 'decided' | 'all';

export interface ReviewFilter {
  shown: Shown;
  severities: Severity[];
  find: string;
  /** Decided on this page a moment ago: they stay where they are until the filter changes. */
  keep: ReadonlySet<string>;
}

const isToReview = ({ state }: Change) => state === 'open';

function isWanted(change: Change, { shown, keep }: ReviewFilter): boolean {
  if (shown === 'all' || keep.has(change.id)) return true;
  return shown === 'open' ? isToReview(change) : !isToReview(change);
}

function textOf({ resource, why, actor }: Change): string {
  const { name, native_id, type, region } = resource;
  return [name, native_id, type, region, why, actor?.name].join(' ').toLowerCase();
}

const rank = (severity: Severity) => severities.indexOf(severity);

export interface Group {
  category: string;
  changes: Change[];
}

export function reviewGroups(changes: Change[], filter: ReviewFilter): Group[] {
  const find = filter.find.trim().toLowerCase();
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    if (!isWanted(change, filter)) continue;
    if (filter.severities.length > 0 && !filter.severities.includes(change.severity)) continue;
    if (find && !textOf(change).includes(find)) continue;
    const group = groups.get(change.category);
    if (group) group.push(change);
    else groups.set(change.category, [change]);
  }
  const ordered = [...groups].map(([category, members]) => ({
    category,
    changes: members.sort((a, b) => rank(a.severity) - rank(b.severity)),
  }));
  const worst = ({ changes: [first] }: Group) => (first ? rank(first.severity) : severities.length);
  return ordered.sort((a, b) => worst(a) - worst(b) || a.category.localeCompare(b.category));
}

export type TreeRow = { category: string; count: number } | { change: Change; index: number };

/** The rows of the tree; `index` counts the changes alone. */
export function treeRows(groups: Group[]): TreeRow[] {
  const rows: TreeRow[] = [];
  let index = 0;
  for (const { category, changes } of groups) {
    rows.push({ category, count: changes.length });
    for (const change of changes) rows.push({ change, index: index++ });
  }
  return rows;
}

/** The change that the address names, else the first that waits. */
export function currentIndex(changes: Change[], id: string): number {
  const named = changes.findIndex((change) => change.id === id);
  if (named >= 0) return named;
  const waiting = changes.findIndex(isToReview);
  return waiting >= 0 ? waiting : changes.length > 0 ? 0 : -1;
}

/** The next one that waits, after `index` and then from the start; none: the next at all. */
export function nextToReview(changes: Change[], index: number): Change | undefined {
  const after = changes.slice(index + 1).find(isToReview);
  return after ?? changes.slice(0, index).find(isToReview) ?? changes[index + 1];
}

export function headlineOf(
  change: Change,
  said: { added: string; removed: string; paths: (count: number) => string },
): string {
  if (change.why) return change.why;
  if (change.op === 'added') return said.added;
  if (change.op === 'removed') return said.removed;
  return said.paths(change.paths_total);
}
