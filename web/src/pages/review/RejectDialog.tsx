import { useState } from 'react';
import { review } from '../../strings/review';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';

interface Props {
  count: number;
  pending: boolean;
  onReject: (reason: string) => void;
  onClose: () => void;
}

export function RejectDialog({ count, pending, onReject, onClose }: Props) {
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      title={review.rejectTitle(count)}
      submit={review.reject}
      pending={pending}
      onSubmit={() => onReject(reason.trim())}
      onClose={onClose}
    >
      <div>{review.rejectText}</div>
      <TextField label={review.reason} optional autoFocus value={reason} onText={setReason} />
    </FormDialog>
  );
}
