import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { useTestAccount, useUpdateAccount } from '../../api/accounts';
import { useStartScan } from '../../api/scans';
import { wizard } from '../../strings/wizard';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { isScannable } from '../access/roleAuth';

/** The third step: the test starts by itself, and a failed one never traps. */
export function useFinish(account: S['CloudAccount'], shown: boolean) {
  const navigate = useNavigate();
  const flash = useFlash();
  const test = useTestAccount(account.id);
  const update = useUpdateAccount(account.id);
  const scan = useStartScan();
  const [scanNow, setScanNow] = useState(true);
  const [autoScan, setAutoScan] = useState(true);
  const scannable = isScannable(account);
  const { mutate } = test;
  useEffect(() => {
    if (shown && scannable) mutate();
  }, [shown, scannable, mutate]);

  const passed = test.data?.ok === true;
  const finish = async () => {
    await update.mutateAsync({ patch: { auto_scan: autoScan } });
    const starts = passed && scanNow;
    if (starts) await scan.mutateAsync(account.id);
    flash({
      type: passed ? 'success' : 'info',
      header: passed ? wizard.connected(account.name) : wizard.savedPending(account.name),
      content: starts ? wizard.firstScan : passed ? wizard.noScan : wizard.savedPendingText,
    });
    await navigate(`/accounts/${account.id}`);
  };
  return {
    test,
    passed,
    scannable,
    scanNow,
    setScanNow,
    autoScan,
    setAutoScan,
    saving: update.isPending || scan.isPending,
    error: update.error ?? scan.error,
    // What failed is shown in the step; the wizard stays.
    finish: () => void finish().catch(() => undefined),
  };
}

export type Finish = ReturnType<typeof useFinish>;
