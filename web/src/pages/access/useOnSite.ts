import { useState } from 'react';
import { useUpdateAccount } from '../../api/accounts';
import { fieldError } from '../../api/problem';
import { collectors } from '../../strings/collectors';
import type { S } from '../../types';
import { onSiteAuth } from './roleAuth';

/** Which collector reads the account, and with which of its credentials. */
export function useOnSite(account: S['CloudAccount']) {
  const known = {
    collector: account.collector_id ?? '',
    credential: onSiteAuth(account.auth)?.credential ?? '',
  };
  const [draft, setDraft] = useState<Partial<typeof known>>({});
  const [tried, setTried] = useState(false);
  const update = useUpdateAccount(account.id);
  const now = { ...known, ...draft };
  const changed = now.collector !== known.collector || now.credential !== known.credential;
  const collectorError =
    tried && !now.collector
      ? collectors.missingCollector
      : fieldError(update.error, 'collector_id');
  const credentialError =
    tried && !now.credential.trim()
      ? collectors.missingCredential
      : fieldError(update.error, 'auth.credential');
  /** Answers whether the collector reads the account afterwards. */
  const save = async (): Promise<boolean> => {
    setTried(true);
    const credential = now.credential.trim();
    if (!now.collector || !credential) return false;
    if (!changed && account.mode === 'collector') return true;
    const patch: S['CloudAccountPatch'] = {
      mode: 'collector',
      collector_id: now.collector,
      auth: { kind: 'on_site', credential },
    };
    return update
      .mutateAsync({ patch })
      .then(() => {
        setDraft({});
        return true;
      })
      .catch(() => false);
  };
  return {
    ...now,
    change: (part: Partial<typeof known>) => {
      update.reset();
      setDraft((before) => ({ ...before, ...part }));
    },
    collectorError,
    credentialError,
    changed,
    save,
    saving: update.isPending,
    error: collectorError || credentialError ? null : update.error,
  };
}

export type OnSite = ReturnType<typeof useOnSite>;
