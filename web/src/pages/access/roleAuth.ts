import type { S } from '../../types';

type Auth = S['CloudAccount']['auth'];

/** The role access of an account; null where it uses keys or nothing. */
export function roleAuth(auth: Auth): S['RoleAuth'] | null {
  return auth?.kind === 'role' ? auth : null;
}

export function keyAuth(auth: Auth): S['AccessKeyAuth'] | null {
  return auth?.kind === 'access_keys' ? auth : null;
}

/** What a collector reads with a credential of its own. */
export function onSiteAuth(auth: Auth): S['OnSiteAuth'] | null {
  return auth?.kind === 'on_site' ? auth : null;
}

/** Providers and modes that this version can scan. */
export function isScannable(account: Pick<S['CloudAccount'], 'provider' | 'mode'>): boolean {
  return account.provider === 'aws' && account.mode !== 'push';
}
