import { expect, it } from 'vitest';
import type { S } from '../../types';
import { historyEntries } from './historyEntries';

const version = (first: number, last: number, live = false): S['Version'] => ({
  from: `2026-01-0${first}T00:00:00Z`,
  until: live ? null : `2026-01-0${last + 1}T00:00:00Z`,
  live,
  first_seq: first,
  last_seq: last,
  hash: 'h',
  paths: [],
});

const kinds = (versions: S['Version'][]) => historyEntries(versions).map(({ kind }) => kind);

it('a version that ended was changed, not removed', () => {
  expect(kinds([version(3, 4, true), version(1, 2)])).toEqual(['changed', 'first']);
});
it('only a newest version that is not live is a removal', () => {
  expect(kinds([version(1, 2)])).toEqual(['gone', 'first']);
  expect(historyEntries([version(1, 2)])[0]?.at).toBe('2026-01-03T00:00:00Z');
});
it('a gap between versions is a removal and a return', () => {
  expect(kinds([version(5, 6, true), version(1, 2)])).toEqual(['back', 'gone', 'first']);
});
it('the oldest of a full answer need not be the first', () => {
  const many = Array.from({ length: 100 }, (_, i) => ({
    ...version(1, 1, i === 0),
    first_seq: 200 - i,
    last_seq: 200 - i,
  }));
  expect(kinds(many).at(-1)).toBe('changed');
});
