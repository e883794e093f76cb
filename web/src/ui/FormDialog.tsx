/** A dialog with a form: Enter sends it, what the server refuses stands above it. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react';
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
  const form = useFocusInside();
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
      <form id={id} ref={form} onSubmit={send} noValidate>
        <SpaceBetween size="m">
          {error ? <ErrorPanel error={error} /> : null}
          {children}
        </SpaceBetween>
      </form>
    </Modal>
  );
}

/** Whoever opened the form wants to type: not the closing cross but the first field has the focus. */
function useFocusInside() {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const fields = form.current?.querySelectorAll<HTMLElement>('input, textarea') ?? [];
      const wanted = [...fields].find((field) => field.autofocus) ?? fields[0];
      wanted?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return form;
}
