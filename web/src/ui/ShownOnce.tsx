/** What the server says this once: a token, a link, codes. There is nothing to cancel. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { common } from '../strings/common';

interface Props {
  title: string;
  warning: string;
  /** "I have copied it". */
  done: string;
  size?: 'medium' | 'large';
  onClose: () => void;
  children: ReactNode;
}

export function ShownOnce({ title, warning, done, size, onClose, children }: Props) {
  return (
    <Modal
      visible
      header={title}
      size={size ?? 'medium'}
      closeAriaLabel={common.close}
      onDismiss={({ detail }) => {
        // A click beside the dialog must not throw away what cannot be seen again.
        if (detail.reason !== 'overlay') onClose();
      }}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onClose}>
            {done}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">{warning}</Alert>
        {children}
      </SpaceBetween>
    </Modal>
  );
}
