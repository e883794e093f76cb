import { useState } from 'react';
import { useAcceptBaseline } from '../../api/drift';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import { baseline } from '../../strings/drift';
import { AppButton } from '../../ui/AppButton';
import { FormDialog } from '../../ui/FormDialog';
import { TextAreaField } from '../../ui/TextAreaField';
import { useFlash } from '../../ui/flash';

interface Props {
  snapshot: string;
  primary?: boolean;
}

interface DialogProps {
  snapshot: string;
  onClose: () => void;
}

export function AcceptDialog({ snapshot, onClose }: DialogProps) {
  const [note, setNote] = useState('');
  const accept = useAcceptBaseline();
  const flash = useFlash();
  return (
    <FormDialog
      title={baseline.acceptTitle}
      submit={baseline.accept}
      pending={accept.isPending}
      error={accept.error}
      onClose={onClose}
      onSubmit={() =>
        accept.mutate(
          { snapshot, note: note.trim() },
          {
            onSuccess: () => {
              flash({ type: 'success', content: baseline.accepted });
              onClose();
            },
          },
        )
      }
    >
      <div>{baseline.acceptText}</div>
      <TextAreaField
        label={baseline.note}
        optional
        help={baseline.noteHelp}
        value={note}
        autoFocus
        onText={setNote}
      />
    </FormDialog>
  );
}

/** Makes a snapshot what its account is compared with: for pages of scans and accounts. */
export function AcceptBaseline({ snapshot, primary = false }: Props) {
  const [asking, setAsking] = useState(false);
  const mayAccept = useMay('operator');
  return (
    <>
      <AppButton
        variant={primary ? 'primary' : 'normal'}
        refusedBecause={mayAccept ? undefined : roleNeeded.operator}
        onClick={() => setAsking(true)}
      >
        {baseline.accept}
      </AppButton>
      {asking && <AcceptDialog snapshot={snapshot} onClose={() => setAsking(false)} />}
    </>
  );
}
