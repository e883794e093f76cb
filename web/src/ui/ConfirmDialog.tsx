import type { ReactNode } from 'react';
import type { ShownError } from './ErrorPanel';
import { FormDialog } from './FormDialog';

interface Props {
  title: string;
  confirm: string;
  pending: boolean;
  error?: ShownError | null;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** For what cannot be undone. What can be undone is done at once, with an undo. */
export function ConfirmDialog({ confirm, onConfirm, children, ...rest }: Props) {
  return (
    <FormDialog {...rest} submit={confirm} onSubmit={onConfirm}>
      {children}
    </FormDialog>
  );
}
