/** Decides several causes one after the other, and says at the end what was done and what was not. */
import { useState } from 'react';
import { useGroupDecision } from '../../api/drift';
import { shownError } from '../../api/problem';
import { drift } from '../../strings/drift';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';

interface Outcome {
  decided: number;
  notAllowed: number;
  errors: string[];
}

export function useDecideCauses(onDone: () => void) {
  const { mutateAsync } = useGroupDecision();
  const flash = useFlash();
  const [pending, setPending] = useState(false);
  const tell = (action: 'accept' | 'reject', { decided, notAllowed, errors }: Outcome) => {
    const said = action === 'accept' ? drift.accepted(decided) : drift.rejected(decided);
    if (decided > 0) {
      flash({
        type: notAllowed > 0 ? 'warning' : 'success',
        content: notAllowed > 0 ? `${said}. ${drift.notAllowed(notAllowed)}` : said,
      });
    } else if (notAllowed > 0) flash({ type: 'warning', content: drift.notAllowed(notAllowed) });
    if (errors.length > 0) {
      flash({
        type: 'error',
        header: drift.failed(errors.length),
        content: [...new Set(errors)].join(' '),
      });
    }
  };
  const decide = async (groups: S['DriftGroup'][], action: 'accept' | 'reject', note: string) => {
    setPending(true);
    const outcome: Outcome = { decided: 0, notAllowed: 0, errors: [] };
    for (const { key } of groups) {
      try {
        const done = await mutateAsync({ key, action, note });
        outcome.decided += done.decided;
        outcome.notAllowed += done.not_allowed;
      } catch (error) {
        outcome.errors.push(shownError(error).detail);
      }
    }
    setPending(false);
    tell(action, outcome);
    onDone();
  };
  return { decide, pending };
}
