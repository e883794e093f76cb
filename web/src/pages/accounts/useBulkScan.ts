import { useStartScan } from '../../api/scans';
import { accounts } from '../../strings/accounts';
import { useFlash } from '../../ui/flash';
import { shownError } from '../../api/problem';

/** Starts a scan of each account and says how many could be started, and why the others could not. */
export function useBulkScan() {
  const flash = useFlash();
  const { mutateAsync, isPending } = useStartScan();
  const start = async (ids: string[]) => {
    const results = await Promise.allSettled(ids.map((id) => mutateAsync(id)));
    const refused = results.filter((result) => result.status === 'rejected');
    const started = results.length - refused.length;
    if (started > 0) flash({ type: 'success', header: accounts.scansStarted(started) });
    if (refused[0]) {
      flash({
        type: 'error',
        header: accounts.scansNotStarted(refused.length),
        content: shownError(refused[0].reason).detail,
      });
    }
  };
  return { start: (ids: string[]) => void start(ids), isPending };
}
