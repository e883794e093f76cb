import { describe, expect, it } from 'vitest';
import type { S } from '../types';
import { arnState } from './access/useRoleArn';
import { auditCsv, auditNdjson } from './audit/auditExport';
import { changedPaths } from './audit/changedPaths';
import { emptyHook, hookOf, isUnbounded } from './hooks/hookDraft';
import { channelDraftOf, channelPatchOf } from './notifications/channelDraft';
import { isAbove, rolesUpTo } from './people/roles';
import { userPatchOf } from './people/UserDialog';
import { browserName } from './profile/browserName';
import { passwordProblems } from './profile/PasswordCard';
import { otherScope, ruleDraftOf, ruleOf, rulePatchOf } from './rules/ruleDraft';
import { safeNext } from './session/afterSignIn';
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

describe('a rule’s draft', () => {
  const rule = {
    name: 'quiet',
    action: 'severity',
    severity: 'low',
    scope: { type: 'AWS::EC2::*', region: 'eu-west-1', actor_class: 'terraform' },
    reason: 'why',
    expires_at: '2027-01-01T00:00:00Z',
  } as unknown as S['Rule'];

  it('patches what the form shows, and nothing else', () => {
    const draft = { ...ruleDraftOf(rule), scope: { region: 'eu-west-2' } };
    const patch = rulePatchOf(draft, 0);
    expect(patch.scope).toEqual({
      type: null,
      path: null,
      tag: null,
      region: 'eu-west-2',
      account_id: null,
      customer_id: null,
    });
    expect(patch).not.toHaveProperty('expires_at');
    expect(otherScope(rule)).toEqual({ actor_class: 'terraform' });
  });

  it('ends when it was told to', () => {
    const draft = { ...ruleDraftOf(), name: ' n ', expiry: '7' };
    expect(ruleOf(draft, 0)).toMatchObject({ name: 'n', expires_at: '1970-01-08T00:00:00.000Z' });
    expect(rulePatchOf({ ...draft, expiry: 'never' }, 0)).toMatchObject({
      expires_at: null,
      severity: null,
    });
  });
});

describe('a channel’s draft', () => {
  const channel = {
    name: 'duty',
    kind: 'email',
    email: {
      host: 'mail.example',
      port: 465,
      security: 'tls',
      username: 'patrol',
      password: { manager: 'env', ref: 'PATROL_SECRET_NOTIFY_MAIL' },
      from: 'a@b.example',
      to: ['x@y.example', 'z@y.example'],
    },
  } as unknown as S['NotificationChannel'];

  it('keeps a secret that was not chosen anew, of whatever manager', () => {
    const draft = channelDraftOf(channel);
    expect(channelPatchOf({ ...draft, host: 'other.example' }, channel)).toEqual({
      name: 'duty',
      email: { ...channel.email, host: 'other.example' },
    });
    expect(channelPatchOf({ ...draft, secret: 'sec_1' }, channel).email).toMatchObject({
      password: { manager: 'sealed', ref: 'sec_1' },
    });
  });

  it('takes out what was emptied', () => {
    const draft = { ...channelDraftOf(channel), username: '', secret: '' };
    expect(channelPatchOf(draft, channel).email).toMatchObject({ username: null, password: null });
  });
});

describe('a hook’s draft', () => {
  it('names only what was chosen', () => {
    expect(hookOf({ ...emptyHook, name: ' ci ' })).toEqual({ name: 'ci', kind: 'github' });
    const draft = { ...emptyHook, name: 'ci', regions: 'eu-west-1, global', tags: 'env=prod' };
    expect(hookOf(draft)).toMatchObject({
      regions: ['eu-west-1', 'global'],
      tags: { env: 'prod' },
    });
  });
  it('scans after a run only where it names accounts', () => {
    expect(hookOf({ ...emptyHook, scanAfter: true })).not.toHaveProperty('scan_after');
    expect(hookOf({ ...emptyHook, scanAfter: true, customer: 'cus_1' }).scan_after).toBe(true);
    expect(isUnbounded(emptyHook)).toBe(true);
    expect(isUnbounded({ ...emptyHook, tags: 'a=b' })).toBe(false);
  });
});

describe('a user’s changes', () => {
  const user = {
    name: 'Jon',
    role: 'operator',
    customers: ['cus_2', 'cus_1'],
  } as unknown as S['User'];

  it('names only what differs: the rest would sign the person out', () => {
    const access = { role: 'operator' as const, customers: ['cus_1', 'cus_2'] };
    expect(userPatchOf(user, 'Jon ', access)).toEqual({});
    expect(userPatchOf(user, 'Joan', access)).toEqual({ name: 'Joan' });
    expect(userPatchOf(user, 'Jon', { role: 'viewer', customers: [] })).toEqual({
      role: 'viewer',
      customers: null,
    });
  });
  it('nobody gives more than he has', () => {
    expect(rolesUpTo('operator').map(({ value }) => value)).toEqual(['viewer', 'operator']);
    expect(isAbove('owner', 'admin')).toBe(true);
    expect(isAbove('admin', 'admin')).toBe(false);
  });
});

describe('a new password', () => {
  it('is checked before it is sent', () => {
    const good = { current: 'x', password: 'correct horse', repeated: 'correct horse' };
    expect(Object.values(passwordProblems(good)).some(Boolean)).toBe(false);
    expect(passwordProblems({ ...good, repeated: 'other' }).repeated).toBeDefined();
    expect(passwordProblems({ ...good, password: 'äöü😀', repeated: 'äöü😀' }).password).toBe(
      '8 more characters',
    );
    expect(passwordProblems({ ...good, current: '' }).current).toBeDefined();
  });
});

describe('a browser’s name', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox – Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0',
      'Edge – Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1',
      'Safari – iOS',
    ],
    ['curl/8.1', 'curl/8.1'],
    ['', 'unknown browser'],
  ])('%s', (userAgent, name) => expect(browserName(userAgent)).toBe(name));
});

describe('an entry of the audit log', () => {
  const entry = {
    seq: 7,
    time: '2026-11-22T10:00:00Z',
    actor: { kind: 'user', id: 'usr_1', name: '=cmd()' },
    address: null,
    action: 'cloud-account.update',
    object: { kind: 'cloud-account', id: 'acc_1', name: 'prod' },
    outcome: 'done',
    reason: null,
    note: null,
    before: { owner: 'a', name: 'x' },
    after: { owner: 'b', environment: 'qa' },
    trace_id: 't1',
  } as unknown as S['AuditEntry'];

  it('shows settings before and after by their names', () => {
    expect(changedPaths(entry)).toEqual([
      { path: 'environment', after: 'qa' },
      { path: 'name', before: 'x' },
      { path: 'owner', before: 'a', after: 'b' },
    ]);
  });
  it('is a line of a file, and no formula', () => {
    const [head, line] = auditCsv([entry]);
    expect(head?.split(',')).toHaveLength(16);
    expect(line).toContain("'=cmd()");
    expect(auditNdjson([entry, entry])).toHaveLength(2);
    expect(JSON.parse(auditNdjson([entry])[0] ?? '')).toEqual(entry);
  });
});
