/** A dialog with a form: Enter sends it, what the server refuses stands above it. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, type ReactNode, useId } from 'react';
import { common } from '../strings/common';
import { ErrorPanel, type ShownError } from './ErrorPanel';

interface Props {
  title: string;
  submit: string;
  pending: boolean;
  error?: ShownError | null;
  /** Where it cannot be sent as it is. */
  blocked?: boolean;
  size?: 'small' | 'medium' | 'large';
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function FormDialog(props: Props) {
  const { title, submit, pending, error, blocked, size, onSubmit, onClose, children } = props;
  const id = useId();
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!pending && !blocked) onSubmit();
  };
  return (
    <Modal
      visible
      header={title}
      size={size ?? 'medium'}
      closeAriaLabel={common.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button
              variant="primary"
              form={id}
              formAction="submit"
              loading={pending}
              disabled={blocked ?? false}
            >
              {submit}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form id={id} onSubmit={send} noValidate>
        <SpaceBetween size="m">
          {error ? <ErrorPanel error={error} /> : null}
          {children}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
