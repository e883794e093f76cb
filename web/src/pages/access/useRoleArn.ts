import { useState } from 'react';
import { useUpdateAccount } from '../../api/accounts';
import type { TrialReport } from '../../api/live/hooks';
import type { LiveState } from '../../api/live/live';
import type { S } from '../../types';
import { arnProblem } from '../../ui/arn';
import { roleAuth } from './roleAuth';

export type ArnState =
  'waiting' | 'trying' | 'trial_failed' | 'proposed' | 'saved' | 'wrong' | 'right';

interface Known {
  value: string;
  saved: string;
  proposed: string;
  trial: TrialReport | null;
}

export function arnState({ value, saved, proposed, trial }: Known): ArnState {
  if (value === '') {
    if (trial?.state === 'trying') return 'trying';
    return trial?.state === 'failed' ? 'trial_failed' : 'waiting';
  }
  if (value === saved) return 'saved';
  if (arnProblem(value)) return 'wrong';
  return value === proposed ? 'proposed' : 'right';
}

/**
 * The role's field: what was typed, else what `patrol connect` proposed, else what is in use. What a
 * person typed is never replaced by what arrives.
 */
export function useRoleArn(account: S['CloudAccount'], trial: TrialReport | null, live: LiveState) {
  const [typed, setTyped] = useState<string | null>(null);
  const [cleared, setCleared] = useState<string | null>(null);
  const update = useUpdateAccount(account.id);
  const auth = roleAuth(account.auth);
  const saved = auth?.role_arn ?? '';
  const proposed = auth?.proposed_role_arn ?? '';
  const known = proposed || saved;
  // An emptied field fills again with what arrives later, not with what was just taken out.
  const shown = typed || (cleared === known ? '' : known);
  const value = shown.trim();
  const state = arnState({ value, saved, proposed, trial });
  /** Answers whether the role is in use afterwards. */
  const save = async (): Promise<boolean> => {
    if (state === 'saved') return true;
    if (arnProblem(value)) {
      setTyped(value);
      return false;
    }
    const outcome = await update
      .mutateAsync({ patch: { auth: { kind: 'role', role_arn: value } } })
      .then(() => true)
      .catch(() => false);
    if (outcome) setTyped(null);
    return outcome;
  };
  return {
    value: shown,
    state,
    live,
    trial,
    type: (text: string) => {
      setTyped(text);
      setCleared(text === '' ? known : null);
    },
    save,
    saving: update.isPending,
    error: update.error,
  };
}

export type RoleArn = ReturnType<typeof useRoleArn>;
