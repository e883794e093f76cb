import { useState } from 'react';
import { drift } from '../../strings/drift';
import type { S } from '../../types';
import { Foreign } from '../../ui/Foreign';
import { FormDialog } from '../../ui/FormDialog';
import { SeverityBadge } from '../../ui/SeverityBadge';
import { TextField } from '../../ui/TextField';
import { titleOf } from './groupText';
import { useDecideCauses } from './useDecideCauses';

interface Props {
  action: 'accept' | 'reject';
  groups: S['DriftGroup'][];
  onDone: () => void;
  onClose: () => void;
}

/** Names every cause that is about to be decided, and what stays because the person may not decide it. */
export function CauseDialog({ action, groups, onDone, onClose }: Props) {
  const [note, setNote] = useState('');
  const { decide, pending } = useDecideCauses(onDone);
  const allowed = groups.reduce((sum, group) => sum + group.allowed, 0);
  const others = groups.reduce((sum, group) => sum + group.changes, 0) - allowed;
  const accepts = action === 'accept';
  return (
    <FormDialog
      title={accepts ? drift.acceptTitle(allowed) : drift.rejectTitle(allowed)}
      submit={accepts ? drift.accept(allowed) : drift.reject(allowed)}
      pending={pending}
      onSubmit={() => void decide(groups, action, note.trim())}
      onClose={onClose}
    >
      <div>{accepts ? drift.acceptText : drift.rejectText}</div>
      <ul className="grave scroll" tabIndex={0}>
        {groups.map((group) => (
          <li key={group.key}>
            <SeverityBadge severity={group.severity} /> <Foreign text={titleOf(group)} /> —{' '}
            {drift.places(group.accounts, group.customers)}
          </li>
        ))}
      </ul>
      {others > 0 && <div>{drift.notAllowed(others)}</div>}
      <TextField label={drift.reason} optional value={note} onText={setNote} />
    </FormDialog>
  );
}
