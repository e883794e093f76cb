import { describe, expect, it } from 'vitest';
import type { S } from '../../types';
import { applyProgress, percentDone } from './progress';
import { EventParser } from './sse';

const scan = {
  id: 'scn_1',
  account_id: 'acc_1',
  state: 'running',
  progress: null,
} as unknown as S['Scan'];

const cell = (done: number, resources = 0) => ({ slices: 4, done, resources, status: 'complete' });

function progress(part: Record<string, unknown>) {
  return { topic: 'scan:scn_1', kind: 'progress', ...part };
}

describe('EventParser', () => {
  it('takes events out of any pieces', () => {
    const text = 'id: 7\ndata: {"a":1}\n\n: heartbeat\n\ndata: one\ndata: two\n\n';
    for (const size of [1, 3, 1000]) {
      const parser = new EventParser();
      const events = [];
      for (let at = 0; at < text.length; at += size)
        events.push(...parser.push(text.slice(at, at + size)));
      expect(events).toEqual([
        { id: '7', data: '{"a":1}' },
        { id: '7', data: 'one\ntwo' },
      ]);
    }
  });

  it('says nothing about comments and unfinished events', () => {
    const parser = new EventParser();
    expect(parser.push(': heartbeat\n\n')).toEqual([]);
    expect(parser.push('data: x\n')).toEqual([]);
  });
});

describe('applyProgress', () => {
  it('merges cells and never goes back', () => {
    const first = applyProgress(
      scan,
      progress({
        slices: 10,
        slices_done: 5,
        cells: { 'ec2/eu-west-1': cell(2, 9), 'iam/global': cell(1) },
      }),
    );
    const late = applyProgress(
      first,
      progress({ slices_done: 3, cells: { 'ec2/eu-west-1': cell(1) } }),
    );
    expect(late.progress?.slices_done).toBe(5);
    expect(late.progress?.cells?.['ec2/eu-west-1']?.resources).toBe(9);
    expect(Object.keys(late.progress?.cells ?? {})).toHaveLength(2);
    expect(percentDone(late)).toBe(50);
  });

  it('leaves a scan that has ended alone, and ignores what is no cell', () => {
    const over = { ...scan, state: 'succeeded' } as S['Scan'];
    expect(applyProgress(over, progress({ slices: 10 }))).toBe(over);
    const odd = applyProgress(scan, progress({ slices: 'many', cells: { x: 7, y: null } }));
    expect(odd.progress?.cells).toEqual({});
    expect(percentDone(odd)).toBe(0);
  });

  it('is never done before the scan says so', () => {
    const all = applyProgress(scan, progress({ slices: 10, slices_done: 10 }));
    expect(percentDone(all)).toBe(99);
  });
});
