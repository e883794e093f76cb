import { describe, expect, it } from 'vitest';
import type { Change } from '../../api/drift';
import { ApiError } from '../../api/problem';
import type { Severity } from '../../types';
import { ignoreRule } from './ignoreRule';
import { currentIndex, nextToReview, reviewGroups, treeRows } from './reviewOrder';
import { refusal } from './useDecide';

function change(
  id: string,
  category: string,
  severity: Severity,
  more: Partial<Change> = {},
): Change {
  return {
    id,
    change_set_id: 'cst_1',
    account_id: 'acc_1',
    op: 'modified',
    severity,
    why: null,
    category,
    resource: {
      id: `res_${id}`,
      type: 'AWS::S3::Bucket',
      native_id: id,
      name: id,
      region: 'eu-west-1',
      account_id: 'acc_1',
    },
    paths: [],
    paths_total: 0,
    hash: 'h',
    actor: null,
    state: 'open',
    first_seen: null,
    last_seen: null,
    unknown_since: null,
    snoozed_until: null,
    assignee: null,
    note: null,
    decided_by: null,
    decided_at: null,
    previously: [],
    group: 'grp',
    ...more,
  };
}

const everything = {
  shown: 'all' as const,
  severities: [],
  find: '',
  keep: new Set<string>(),
};

const changes = [
  change('a', 'storage', 'low'),
  change('b', 'network', 'critical'),
  change('c', 'storage', 'high', { state: 'accepted' }),
  change('d', 'network', 'medium'),
];

const ids = (groups: { changes: Change[] }[]) =>
  groups.flatMap((group) => group.changes.map(({ id }) => id)).join('');

describe('the order of a review', () => {
  it('puts the category with the worst first, and the worst of it first', () => {
    expect(ids(reviewGroups(changes, everything))).toBe('bdca');
  });
  it('shows what waits, and what was decided here a moment ago', () => {
    expect(ids(reviewGroups(changes, { ...everything, shown: 'open' }))).toBe('bda');
    const keep = new Set(['c']);
    expect(ids(reviewGroups(changes, { ...everything, shown: 'open', keep }))).toBe('bdca');
    expect(ids(reviewGroups(changes, { ...everything, shown: 'decided' }))).toBe('c');
  });
  it('narrows by severity and by text', () => {
    expect(ids(reviewGroups(changes, { ...everything, severities: ['critical'] }))).toBe('b');
    expect(ids(reviewGroups(changes, { ...everything, find: ' D ' }))).toBe('d');
  });
  it('counts changes, not headings, in the tree', () => {
    const rows = treeRows(reviewGroups(changes, everything));
    expect(rows.map((row) => ('category' in row ? row.category : row.index))).toEqual([
      'network', 0, 1, 'storage', 2, 3,
    ]); // prettier-ignore
  });
  it('starts at the named change, else at the first that waits', () => {
    const list = [changes[2]!, changes[0]!];
    expect(currentIndex(list, 'c')).toBe(0);
    expect(currentIndex(list, '')).toBe(1);
    expect(currentIndex([], '')).toBe(-1);
  });
  it('goes on to the next that waits, and from the end to the start', () => {
    expect(nextToReview(changes, 1)?.id).toBe('d');
    expect(nextToReview(changes, 3)?.id).toBe('a');
  });
  it('takes 5,000 changes in a moment', () => {
    const many = Array.from({ length: 5000 }, (_, i) =>
      change(`i${i}`, `c${i % 15}`, i % 2 ? 'low' : 'high'),
    );
    const start = performance.now();
    const rows = treeRows(reviewGroups(many, { ...everything, find: 'eu-west' }));
    expect(rows).toHaveLength(5015);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('the rule of an ignored path', () => {
  const choice = { where: 'one' as const, path: 'A.B', reason: 'noise', days: 0 };
  it('reaches as far as was chosen', () => {
    const [one] = changes;
    const scope = (where: 'one' | 'account' | 'customer' | 'all', customer: string | null) =>
      ignoreRule(one!, customer, { ...choice, where }, 0).scope;
    expect(scope('one', null)).toEqual({ resource_id: 'res_a', path: 'A.B' });
    expect(scope('account', null)).toMatchObject({ account_id: 'acc_1', type: 'AWS::S3::Bucket' });
    expect(scope('customer', 'cus_1')).toMatchObject({ customer_id: 'cus_1' });
    expect(scope('all', 'cus_1')).toEqual({ type: 'AWS::S3::Bucket', path: 'A.B' });
  });
  it('ends when it was said', () => {
    const rule = ignoreRule(changes[0]!, null, { ...choice, days: 30 }, 0);
    expect(rule.expires_at).toBe('1970-01-31T00:00:00.000Z');
    expect(ignoreRule(changes[0]!, null, choice, 0)).not.toHaveProperty('expires_at');
  });
});

describe('a refused decision', () => {
  const refused = (code: string, members = {}) =>
    refusal(new ApiError({ status: 409, code, title: 'T', detail: 'D', members }));
  it('says who was first', () => {
    const told = refused('already_decided', {
      decided_by: 'mara',
      decided_at: new Date().toISOString(),
      state: 'accepted',
    });
    expect(told.content).toBe('mara: accepted, just now.');
  });
  it('says that the value is another by now', () => {
    expect(refused('newer_value').header).toBe('The resource has changed again');
  });
  it('keeps the words of the server where it knows none', () => {
    expect(refused('conflict')).toEqual({ type: 'error', header: 'T', content: 'D' });
    expect(refused('already_decided').content).toBe('D');
  });
});
