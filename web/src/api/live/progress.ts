/** What a progress event does to the scan that a page shows. */
import type { S } from '../../types';
import type { LiveEvent } from './stream';

type Cells = NonNullable<S['Progress']['cells']>;

const counters = ['slices', 'slices_done', 'slices_failed', 'resources', 'calls'] as const;

function isCell(value: unknown): value is S['ProgressCell'] {
  return (
    typeof value === 'object' &&
    value !== null &&
    'slices' in value &&
    'done' in value &&
    'resources' in value &&
    'status' in value
  );
}

function mergedCells(before: Cells | undefined, changed: unknown): Cells {
  const cells: Cells = { ...before };
  if (typeof changed !== 'object' || changed === null) return cells;
  for (const [name, cell] of Object.entries(changed)) {
    const known = cells[name];
    // Events may arrive twice and late: a cell never goes back.
    if (isCell(cell) && (!known || cell.done >= known.done)) cells[name] = cell;
  }
  return cells;
}

const noProgress: S['Progress'] = {
  slices: 0,
  slices_done: 0,
  slices_failed: 0,
  resources: 0,
  calls: 0,
  service: '',
  region: '',
};

/** The scan after the event; a scan that has ended stays as it is. */
export function applyProgress(scan: S['Scan'], event: LiveEvent): S['Scan'] {
  if (scan.state !== 'running' && scan.state !== 'queued') return scan;
  const before = scan.progress ?? noProgress;
  const progress: S['Progress'] = { ...before, cells: mergedCells(before.cells, event.cells) };
  for (const counter of counters) {
    const value = event[counter];
    if (typeof value === 'number') progress[counter] = Math.max(before[counter], value);
  }
  if (typeof event.service === 'string') progress.service = event.service;
  if (typeof event.region === 'string') progress.region = event.region;
  return { ...scan, state: 'running', progress };
}

/** 0 to 100; a scan that has not planned yet is at 0. */
export function percentDone(scan: S['Scan']): number {
  const { slices = 0, slices_done: done = 0 } = scan.progress ?? {};
  if (slices === 0) return 0;
  return Math.min(99, Math.floor((done / slices) * 100));
}
