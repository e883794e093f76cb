import { useState } from 'react';
import { useUpdateAccount } from '../../api/accounts';
import { useLiveAccount } from '../../api/live/hooks';
import type { S } from '../../types';
import { isScannable, keyAuth } from '../access/roleAuth';
import { useAccessKeys } from '../access/useAccessKeys';
import { useRoleArn } from '../access/useRoleArn';

export type AuthKind = 'role' | 'access_keys';

/** The second step: how Patrol reaches the account, and by which access. */
export function useGrant(account: S['CloudAccount']) {
  const { live, trial } = useLiveAccount(account.id);
  const [kind, setKind] = useState<AuthKind>(keyAuth(account.auth) ? 'access_keys' : 'role');
  const [insist, setInsist] = useState(false);
  const update = useUpdateAccount(account.id);
  const role = useRoleArn(account, trial, live);
  const keys = useAccessKeys(account);
  const choose = (next: AuthKind) => {
    setKind(next);
    setInsist(false);
    // The setup of a role needs an account that uses one; keys are saved when they are complete.
    if (next === 'role' && keyAuth(account.auth))
      update.mutate({ patch: { auth: { kind: 'role' } } });
  };
  /** Answers whether the next step can come. */
  const save = async (): Promise<boolean> => {
    if (!isScannable(account)) return true;
    setInsist(true);
    return kind === 'role' ? role.save() : keys.save();
  };
  return {
    kind,
    choose,
    setMode: (mode: S['Mode']) => update.mutate({ patch: { mode } }),
    role,
    keys,
    insist,
    error: update.error,
    saving: role.saving || keys.saving || update.isPending,
    save,
  };
}

export type Grant = ReturnType<typeof useGrant>;
