/** What a scan could not read, by the permission that was missing: one row for one thing to do. */
import type { S } from '../types';

export interface CoverageGroup {
  /** The missing action ("kms:DescribeKey"); empty where no single permission is missing. */
  action: string;
  status: S['SliceStatus'];
  reason: string;
  hint: string;
  types: string[];
  scopes: string[];
  slices: number;
}

const badness: S['SliceStatus'][] = ['failed', 'denied', 'throttled', 'partial'];

function rank({ status }: CoverageGroup): number {
  const found = badness.indexOf(status);
  return found < 0 ? badness.length : found;
}

function add(list: string[], value: string): void {
  if (!list.includes(value)) list.push(value);
}

/** Worst first, then the one that touches most. */
export function coverageGroups(lines: S['CoverageLine'][]): CoverageGroup[] {
  const groups = new Map<string, CoverageGroup>();
  for (const line of lines) {
    const action = line.missing_action ?? '';
    const key = action ? `${line.status} ${action}` : `${line.status} ${line.reason ?? ''}`;
    const group = groups.get(key) ?? {
      action,
      status: line.status,
      reason: line.reason ?? '',
      hint: line.hint ?? '',
      types: [],
      scopes: [],
      slices: 0,
    };
    add(group.types, line.type);
    add(group.scopes, line.scope);
    group.slices += 1;
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => rank(a) - rank(b) || b.slices - a.slices);
}

const actionForm = /^[a-z0-9-]+:[A-Za-z0-9]+$/;

/** The policy that allows the missing actions; null where none is known. */
export function missingPolicy(groups: CoverageGroup[]): string | null {
  const known = groups.map(({ action }) => action).filter((action) => actionForm.test(action));
  const actions = [...new Set(known)].sort();
  if (actions.length === 0) return null;
  const statement = {
    Sid: 'PatrolReads',
    Effect: 'Allow',
    Action: actions,
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2);
}
