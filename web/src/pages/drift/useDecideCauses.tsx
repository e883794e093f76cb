/** Decides several causes one after the other, says at the end what was done and what was not, and takes it back. */
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useGroupDecision, useReopenGroups } from '../../api/drift';
import { shownError } from '../../api/problem';
import { drift } from '../../strings/drift';
import { review } from '../../strings/review';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';

interface Outcome {
  /** The causes of which something was decided: what an undo names. */
  keys: string[];
  decided: number;
  notAllowed: number;
  errors: string[];
}

/** The list may have been left, or drawn anew, when the answer comes: it is told all the same. */
function useUndo() {
  const { mutateAsync } = useReopenGroups();
  const flash = useFlash();
  return async (keys: string[]) => {
    try {
      const { reopened, left } = await mutateAsync(keys);
      flash({
        type: left > 0 ? 'warning' : 'info',
        content: [drift.reopened(reopened), ...(left > 0 ? [drift.left(left)] : [])].join('. '),
      });
    } catch (error) {
      const { title, detail } = shownError(error);
      flash({ type: 'error', header: title, content: detail });
    }
  };
}

function useTell() {
  const flash = useFlash();
  const undo = useUndo();
  return (action: 'accept' | 'reject', { keys, decided, notAllowed, errors }: Outcome) => {
    const said = action === 'accept' ? drift.accepted(decided) : drift.rejected(decided);
    if (decided > 0) {
      flash({
        type: notAllowed > 0 ? 'warning' : 'success',
        content: notAllowed > 0 ? `${said}. ${drift.notAllowed(notAllowed)}` : said,
        action: (close) => (
          <Button
            onClick={() => {
              close();
              void undo(keys);
            }}
          >
            {review.undo}
          </Button>
        ),
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
}

export function useDecideCauses(onDone: () => void) {
  const { mutateAsync } = useGroupDecision();
  const tell = useTell();
  const [pending, setPending] = useState(false);
  const decide = async (groups: S['DriftGroup'][], action: 'accept' | 'reject', note: string) => {
    setPending(true);
    const outcome: Outcome = { keys: [], decided: 0, notAllowed: 0, errors: [] };
    for (const { key } of groups) {
      try {
        const done = await mutateAsync({ key, action, note });
        if (done.decided > 0) outcome.keys.push(key);
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
