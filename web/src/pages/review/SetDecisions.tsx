import { useState } from 'react';
import type { Change, ChangeSet } from '../../api/drift';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import { review } from '../../strings/review';
import { Actions } from '../../ui/Actions';
import { useFlash } from '../../ui/flash';
import { AcceptAllDialog } from './AcceptAllDialog';
import { RejectDialog } from './RejectDialog';
import { refusal, useDecideSet } from './useDecide';

interface Props {
  set: ChangeSet;
  changes: Change[];
  complete: boolean;
}

/** Accept or reject all that is open in the set. Neither is the primary button. */
export function SetDecisions({ set, changes, complete }: Props) {
  const [dialog, setDialog] = useState<'accept' | 'reject' | null>(null);
  const mayDecide = useMay('operator');
  const flash = useFlash();
  const { decideAll, pending } = useDecideSet(set.id, (error) => {
    setDialog(null);
    flash(refusal(error));
  });
  const close = () => setDialog(null);
  const { open } = set.counts;
  const refusedBecause = mayDecide ? undefined : roleNeeded.operator;
  if (open === 0) return null;
  return (
    <>
      <Actions
        actions={[
          {
            id: 'reject',
            text: review.rejectAll(open),
            refusedBecause,
            onClick: () => setDialog('reject'),
          },
          {
            id: 'accept',
            text: review.acceptAll(open),
            refusedBecause,
            onClick: () => setDialog('accept'),
          },
        ]}
      />
      {dialog === 'accept' && (
        <AcceptAllDialog
          count={open}
          changes={changes}
          complete={complete}
          pending={pending}
          onAccept={() => decideAll({ action: 'accept' }, open, close)}
          onClose={close}
        />
      )}
      {dialog === 'reject' && (
        <RejectDialog
          count={open}
          pending={pending}
          onReject={(note) => decideAll({ action: 'reject', note }, open, close)}
          onClose={close}
        />
      )}
    </>
  );
}
