import { useState } from 'react';
import { useUpdateAccount } from '../../api/accounts';
import { useLiveAccount } from '../../api/live/hooks';
import type { S } from '../../types';
import { isScannable, keyAuth } from '../access/roleAuth';
import { useAccessKeys } from '../access/useAccessKeys';
import { useOnSite } from '../access/useOnSite';
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
  const onSite = useOnSite(account);
  const [mode, setMode] = useState(account.mode);
  const choose = (next: AuthKind) => {
    setKind(next);
    setInsist(false);
    // The setup of a role needs an account that uses one; keys are saved when they are complete.
    if (next === 'role' && keyAuth(account.auth))
      update.mutate({ patch: { auth: { kind: 'role' } } });
  };
  // The collector of an AWS account and its credential are saved together when the step ends.
  const chooseMode = (next: S['Mode']) => {
    setMode(next);
    if (!isScannable(account)) update.mutate({ patch: { mode: next } });
    else if (next === 'pull' && account.mode === 'collector')
      update.mutate({ patch: { mode: 'pull', collector_id: null, auth: { kind: 'role' } } });
  };
  /** Answers whether the next step can come. */
  const save = async (): Promise<boolean> => {
    if (!isScannable(account)) return true;
    setInsist(true);
    if (mode === 'collector') return onSite.save();
    return kind === 'role' ? role.save() : keys.save();
  };
  return {
    kind,
    choose,
    mode,
    chooseMode,
    role,
    keys,
    onSite,
    insist,
    error: update.error,
    saving: role.saving || keys.saving || onSite.saving || update.isPending,
    save,
  };
}

export type Grant = ReturnType<typeof useGrant>;
