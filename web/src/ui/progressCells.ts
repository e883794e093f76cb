/** The cells of a running scan as a table: services down, scopes across. */
import type { S } from '../types';

export interface ProgressTable {
  services: string[];
  scopes: string[];
  cell: (service: string, scope: string) => S['ProgressCell'] | undefined;
}

type Cells = Record<string, S['ProgressCell']>;

function byScope(a: string, b: string): number {
  if (a === 'global') return -1;
  if (b === 'global') return 1;
  return a.localeCompare(b, 'en');
}

/** Names have the form "service/scope"; the scope may hold anything after the first slash. */
export function progressTable(cells: Cells): ProgressTable {
  const services = new Set<string>();
  const scopes = new Set<string>();
  for (const name of Object.keys(cells)) {
    const slash = name.indexOf('/');
    if (slash < 0) continue;
    services.add(name.slice(0, slash));
    scopes.add(name.slice(slash + 1));
  }
  return {
    services: [...services].sort((a, b) => a.localeCompare(b, 'en')),
    scopes: [...scopes].sort(byScope),
    cell: (service, scope) => cells[`${service}/${scope}`],
  };
}

export type CellLook =
  | 'absent'
  | 'queued'
  | 'running'
  | 'done'
  | 'denied'
  | 'failed'
  | 'throttled'
  | 'partial'
  | 'quiet';

/** What is worst is said first, even while the rest of the cell still runs. */
export function lookOf(cell: S['ProgressCell'] | undefined): CellLook {
  if (!cell) return 'absent';
  const { status, done, slices } = cell;
  if (status === 'denied' || status === 'failed') return status;
  if (status === 'throttled' || status === 'partial') return status;
  if (done === 0) return 'queued';
  if (done < slices) return 'running';
  if (cell.resources === 0 && status !== 'complete') return 'quiet';
  return 'done';
}
