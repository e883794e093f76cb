import { useState } from 'react';
import { type Change, useUpdateChange } from '../../api/drift';
import { common } from '../../strings/common';
import { review } from '../../strings/review';
import { FormDialog } from '../../ui/FormDialog';
import { TextAreaField } from '../../ui/TextAreaField';

export function NoteDialog({ change, onClose }: { change: Change; onClose: () => void }) {
  const [note, setNote] = useState(change.note ?? '');
  const update = useUpdateChange();
  return (
    <FormDialog
      title={review.noteTitle}
      submit={common.save}
      pending={update.isPending}
      error={update.error}
      onClose={onClose}
      onSubmit={() => update.mutate({ id: change.id, patch: { note } }, { onSuccess: onClose })}
    >
      <TextAreaField label={review.noteLabel} value={note} rows={5} autoFocus onText={setNote} />
    </FormDialog>
  );
}
