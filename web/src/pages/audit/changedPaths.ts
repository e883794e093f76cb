import type { AuditEntry } from '../../api/audit';
import type { ShownPath } from '../../ui/PathDiff';

/** Settings before and after, a row each; a member that one side does not have was added or removed. */
export function changedPaths({ before, after }: Pick<AuditEntry, 'before' | 'after'>): ShownPath[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].sort().map((path) => ({
    path,
    ...(path in before ? { before: before[path] } : {}),
    ...(path in after ? { after: after[path] } : {}),
  }));
}
