import { useState } from 'react';
import { useUpdateAccount } from '../../api/accounts';
import { fieldError } from '../../api/problem';
import { secretRefs } from '../../strings/secrets';
import type { S } from '../../types';
import { keyAuth } from './roleAuth';
import type { SecretRefDraft } from './SecretRefField';

export type KeyPart = 'access_key_id' | 'secret_access_key';

const empty: SecretRefDraft = { manager: 'sealed', ref: '' };

/** The two references of a key pair: as they are, and as somebody changes them. */
export function useAccessKeys(account: S['CloudAccount']) {
  const known = keyAuth(account.auth);
  const [draft, setDraft] = useState<Partial<Record<KeyPart, SecretRefDraft>>>({});
  const [tried, setTried] = useState(false);
  const update = useUpdateAccount(account.id);
  const partOf = (part: KeyPart): SecretRefDraft => draft[part] ?? known?.[part] ?? empty;
  const errorOf = (part: KeyPart): string | undefined => {
    if (tried && !partOf(part).ref.trim()) return secretRefs.missingReference;
    return fieldError(update.error, `auth.${part}`, `auth.${part}.ref`, `auth.${part}.manager`);
  };
  /** Answers whether the account uses these references afterwards. */
  const save = async (): Promise<boolean> => {
    setTried(true);
    const auth = {
      kind: 'access_keys' as const,
      access_key_id: partOf('access_key_id'),
      secret_access_key: partOf('secret_access_key'),
    };
    if (!auth.access_key_id.ref.trim() || !auth.secret_access_key.ref.trim()) return false;
    if (known && Object.keys(draft).length === 0) return true;
    return update
      .mutateAsync({ patch: { auth } })
      .then(() => {
        setDraft({});
        return true;
      })
      .catch(() => false);
  };
  return {
    partOf,
    errorOf,
    change: (part: KeyPart, value: SecretRefDraft) =>
      setDraft((before) => ({ ...before, [part]: value })),
    changed: Object.keys(draft).length > 0,
    save,
    saving: update.isPending,
    error: update.error,
  };
}

export type AccessKeys = ReturnType<typeof useAccessKeys>;
