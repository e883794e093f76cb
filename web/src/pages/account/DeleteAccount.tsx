import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useDeleteAccount } from '../../api/accounts';
import { useMay } from '../../api/session';
import { account as text } from '../../strings/account';
import { common, roleNeeded } from '../../strings/common';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';
import { TextField } from '../../ui/TextField';

const titleChars = 60;

interface DialogProps {
  account: S['CloudAccount'];
  onClose: () => void;
}

function DeleteDialog({ account, onClose }: DialogProps) {
  const [typed, setTyped] = useState('');
  const navigate = useNavigate();
  const flash = useFlash();
  const { mutate, isPending, error } = useDeleteAccount(account.id);
  const title = clipped(visible(account.name), titleChars);
  const matches = typed.trim() === account.name.trim();
  const remove = () =>
    mutate(undefined, {
      onSuccess: () => {
        flash({ type: 'success', header: text.removed(title) });
        void navigate('/accounts');
      },
    });
  const actions = (
    <Box float="right">
      <SpaceBetween direction="horizontal" size="xs">
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button variant="primary" disabled={!matches} loading={isPending} onClick={remove}>
          {text.remove}
        </Button>
      </SpaceBetween>
    </Box>
  );
  return (
    <Modal
      visible
      header={text.removeTitle(title)}
      closeAriaLabel={common.close}
      onDismiss={onClose}
      footer={actions}
    >
      <SpaceBetween size="m">
        <Alert type="warning">{text.removeText}</Alert>
        {error && <ErrorPanel error={error} />}
        <TextField
          label={text.typeName}
          description={<Foreign text={account.name} />}
          error={typed && !account.name.startsWith(typed) ? text.nameDiffers : undefined}
          value={typed}
          autoFocus
          autoComplete={false}
          onText={setTyped}
        />
      </SpaceBetween>
    </Modal>
  );
}

export function DeleteAccount({ account }: { account: S['CloudAccount'] }) {
  const [asking, setAsking] = useState(false);
  const mayDelete = useMay('admin');
  return (
    <Container
      header={
        <Header variant="h2" description={text.dangerText}>
          {text.danger}
        </Header>
      }
    >
      <AppButton
        refusedBecause={mayDelete ? undefined : roleNeeded.admin}
        onClick={() => setAsking(true)}
      >
        {text.remove}
      </AppButton>
      {asking && <DeleteDialog account={account} onClose={() => setAsking(false)} />}
    </Container>
  );
}
