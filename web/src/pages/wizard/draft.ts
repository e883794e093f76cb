/** What the first step asks for, and what of it has to be sent. */
import type { S } from '../../types';

export interface AccountDraft {
  provider: S['Provider'];
  name: string;
  customerId: string;
  environment: string;
}

const providers: S['Provider'][] = ['aws', 'azure', 'gcp', 'openstack', 'vmware', 'custom'];

export function isProvider(text: string | null): text is S['Provider'] {
  return providers.some((provider) => provider === text);
}

export { providers };

/** On-site clouds are reached by a collector, the public ones from here. */
export function defaultMode(provider: S['Provider']): S['Mode'] {
  return provider === 'openstack' || provider === 'vmware' ? 'collector' : 'pull';
}

export function draftOf(account: S['CloudAccount'] | null, provider: string | null): AccountDraft {
  return {
    provider: account?.provider ?? (isProvider(provider) ? provider : 'aws'),
    name: account?.name ?? '',
    customerId: account?.customer_id ?? '',
    environment: account?.environment ?? '',
  };
}

function facts(draft: AccountDraft) {
  return {
    name: draft.name.trim(),
    customer_id: draft.customerId || null,
    environment: (draft.environment || null) as S['CloudAccountCreate']['environment'],
  };
}

export function createBody(draft: AccountDraft): S['CloudAccountCreate'] {
  const { provider } = draft;
  return {
    ...facts(draft),
    provider,
    mode: defaultMode(provider),
    ...(provider === 'aws' ? { auth: { kind: 'role' as const } } : {}),
    auto_scan: true,
    auto_scan_hours: 6,
  };
}

/** Only what differs; null where nothing does. Another provider needs another access. */
export function changesOf(
  draft: AccountDraft,
  account: S['CloudAccount'],
): S['CloudAccountPatch'] | null {
  const after = facts(draft);
  const patch: S['CloudAccountPatch'] = {};
  if (after.name !== account.name) patch.name = after.name;
  if (after.customer_id !== account.customer_id) patch.customer_id = after.customer_id;
  if (after.environment !== account.environment) patch.environment = after.environment;
  if (draft.provider !== account.provider) {
    patch.provider = draft.provider;
    patch.mode = defaultMode(draft.provider);
    if (account.collector_id) patch.collector_id = null;
    patch.auth = draft.provider === 'aws' ? { kind: 'role' } : null;
  }
  return Object.keys(patch).length > 0 ? patch : null;
}
