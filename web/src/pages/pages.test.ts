import { describe, expect, it } from 'vitest';
import type { S } from '../types';
import { arnState } from './access/useRoleArn';
import { safeNext } from './session/LoginPage';
import { changesOf, createBody, defaultMode, draftOf } from './wizard/draft';

describe('safeNext', () => {
  it.each([
    ['/accounts?q=a', '/accounts?q=a'],
    [null, '/'],
    ['https://evil.example', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['javascript:alert(1)', '/'],
  ])('%s leads to %s', (next, safe) => expect(safeNext(next)).toBe(safe));
});

describe('the wizard’s draft', () => {
  const account = {
    name: 'acme',
    provider: 'aws',
    customer_id: null,
    environment: null,
  } as unknown as S['CloudAccount'];

  it('preselects the connection by provider', () => {
    expect(['aws', 'azure', 'gcp'].map((each) => defaultMode(each as S['Provider']))).toEqual(
      Array(3).fill('pull'),
    );
    expect(defaultMode('openstack')).toBe('collector');
    expect(defaultMode('vmware')).toBe('collector');
  });

  it('creates with a role for AWS only', () => {
    expect(createBody(draftOf(null, null))).toMatchObject({
      provider: 'aws',
      auth: { kind: 'role' },
    });
    expect(createBody(draftOf(null, 'vmware'))).not.toHaveProperty('auth');
    expect(draftOf(null, 'nonsense').provider).toBe('aws');
  });

  it('sends only what changed', () => {
    const draft = draftOf(account, null);
    expect(changesOf(draft, account)).toBeNull();
    expect(changesOf({ ...draft, name: ' other ' }, account)).toEqual({ name: 'other' });
    expect(changesOf({ ...draft, provider: 'vmware' }, account)).toEqual({
      provider: 'vmware',
      mode: 'collector',
      auth: null,
    });
  });
});

describe('the role’s field', () => {
  const role = 'arn:aws:iam::210987654321:role/X';
  const known = { value: '', saved: '', proposed: '', trial: null };
  it.each([
    [known, 'waiting'],
    [{ ...known, trial: { state: 'trying', detail: '' } as const }, 'trying'],
    [{ ...known, trial: { state: 'failed', detail: 'x' } as const }, 'trial_failed'],
    [{ ...known, value: 'x' }, 'wrong'],
    [{ ...known, value: role }, 'right'],
    [{ ...known, value: role, proposed: role }, 'proposed'],
    [{ ...known, value: role, saved: role }, 'saved'],
  ])('%o is %s', (facts, state) => expect(arnState(facts)).toBe(state));
});
