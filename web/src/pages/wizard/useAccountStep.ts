import { useState } from 'react';
import { useCreateAccount, useUpdateAccount } from '../../api/accounts';
import type { S } from '../../types';
import { changesOf, createBody, draftOf } from './draft';

/** The first step. Its end makes the account, Pending; coming back to it changes that account. */
export function useAccountStep(account: S['CloudAccount'] | null, provider: string | null) {
  const [draft, setDraft] = useState(() => draftOf(account, provider));
  const [tried, setTried] = useState(false);
  const create = useCreateAccount();
  const update = useUpdateAccount(account?.id ?? '');
  /** Answers the account's id, or null where the step cannot end yet. */
  const save = async (): Promise<string | null> => {
    setTried(true);
    if (!draft.name.trim()) return null;
    if (!account) {
      return create
        .mutateAsync(createBody(draft))
        .then(({ id }) => id)
        .catch(() => null);
    }
    const patch = changesOf(draft, account);
    if (!patch) return account.id;
    return update
      .mutateAsync({ patch })
      .then(() => account.id)
      .catch(() => null);
  };
  return {
    draft,
    change: (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part })),
    tried,
    save,
    saving: create.isPending || update.isPending,
    error: create.error ?? update.error,
  };
}

export type AccountStepState = ReturnType<typeof useAccountStep>;
