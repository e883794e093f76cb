import { useState } from 'react';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import { drift } from '../../strings/drift';
import type { S } from '../../types';
import { Actions } from '../../ui/Actions';
import { CauseDialog } from './CauseDialog';

interface Props {
  groups: S['DriftGroup'][];
  onDone: () => void;
}

/** Accepts or rejects whole causes, everywhere where the person may decide. */
export function CauseDecisions({ groups, onDone }: Props) {
  const [dialog, setDialog] = useState<'accept' | 'reject' | null>(null);
  const mayDecide = useMay('operator');
  const allowed = groups.reduce((sum, group) => sum + group.allowed, 0);
  const because = mayDecide ? drift.chooseFirst : roleNeeded.operator;
  const refusedBecause = mayDecide && groups.length > 0 ? undefined : because;
  return (
    <>
      <Actions
        actions={[
          {
            id: 'reject',
            text: allowed > 0 ? drift.reject(allowed) : drift.rejectNone,
            refusedBecause,
            onClick: () => setDialog('reject'),
          },
          {
            id: 'accept',
            text: allowed > 0 ? drift.accept(allowed) : drift.acceptNone,
            refusedBecause,
            onClick: () => setDialog('accept'),
          },
        ]}
      />
      {dialog && (
        <CauseDialog
          action={dialog}
          groups={groups}
          onClose={() => setDialog(null)}
          onDone={() => {
            setDialog(null);
            onDone();
          }}
        />
      )}
    </>
  );
}
