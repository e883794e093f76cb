import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { lazy, Suspense, useState } from 'react';
import { useRemoveTotp } from '../../api/me';
import { fieldError } from '../../api/problem';
import { profile } from '../../strings/profile';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';

const EnrolTotp = lazy(() =>
  import('./EnrolTotp').then((module) => ({ default: module.EnrolTotp })),
);

function RemoveDialog({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const { mutate, error, isPending } = useRemoveTotp();
  const flash = useFlash();
  const done = () => {
    flash({ type: 'success', content: profile.mfaRemoved });
    onClose();
  };
  const send = () => {
    setTried(true);
    if (password) mutate(password, { onSuccess: done });
  };
  return (
    <FormDialog
      title={profile.mfaRemoveTitle}
      submit={profile.mfaRemove}
      pending={isPending}
      error={error?.field ? null : error}
      onSubmit={send}
      onClose={onClose}
    >
      <div>{profile.mfaRemoveText}</div>
      <TextField
        label={profile.currentPassword}
        type="password"
        autoComplete="current-password"
        value={password}
        error={tried && !password ? profile.missingCurrent : fieldError(error, 'password')}
        onText={setPassword}
      />
    </FormDialog>
  );
}

export function TotpCard({ me }: { me: S['Me'] }) {
  const [dialog, setDialog] = useState<'enrol' | 'remove' | null>(null);
  const close = () => setDialog(null);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={profile.mfaText}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {me.mfa && <Button onClick={() => setDialog('remove')}>{profile.mfaRemove}</Button>}
              <Button onClick={() => setDialog('enrol')}>
                {me.mfa ? profile.mfaAgain : profile.mfaSetUp}
              </Button>
            </SpaceBetween>
          }
        >
          {profile.mfa}
        </Header>
      }
    >
      <StatusIndicator type={me.mfa ? 'success' : 'warning'}>
        {me.mfa ? profile.mfaOn : profile.mfaOff}
      </StatusIndicator>
      {dialog === 'enrol' && (
        <Suspense fallback={null}>
          <EnrolTotp email={me.email} onClose={close} />
        </Suspense>
      )}
      {dialog === 'remove' && <RemoveDialog onClose={close} />}
    </Container>
  );
}
