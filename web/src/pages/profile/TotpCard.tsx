import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { lazy, Suspense, useState } from 'react';
import { useRemoveTotp, useRenewRecoveryCodes } from '../../api/me';
import { type ApiError, fieldError } from '../../api/problem';
import { profile } from '../../strings/profile';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import { RecoveryCodes } from './RecoveryCodes';

const EnrolTotp = lazy(() =>
  import('./EnrolTotp').then((module) => ({ default: module.EnrolTotp })),
);

interface WithPassword {
  title: string;
  text: string;
  submit: string;
  pending: boolean;
  error: ApiError | null;
  onPassword: (password: string) => void;
  onClose: () => void;
}

/** What a stolen session alone must not be able to do. */
function PasswordDialog(props: WithPassword) {
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const { title, text, submit, pending, error, onPassword, onClose } = props;
  const send = () => {
    setTried(true);
    if (password) onPassword(password);
  };
  return (
    <FormDialog
      title={title}
      submit={submit}
      pending={pending}
      error={error?.field ? null : error}
      onSubmit={send}
      onClose={onClose}
    >
      <div>{text}</div>
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

function RemoveDialog({ onClose }: { onClose: () => void }) {
  const { mutate, error, isPending } = useRemoveTotp();
  const flash = useFlash();
  const done = () => {
    flash({ type: 'success', content: profile.mfaRemoved });
    onClose();
  };
  return (
    <PasswordDialog
      title={profile.mfaRemoveTitle}
      text={profile.mfaRemoveText}
      submit={profile.mfaRemove}
      pending={isPending}
      error={error}
      onPassword={(password) => mutate(password, { onSuccess: done })}
      onClose={onClose}
    />
  );
}

function RenewDialog({ email, onClose }: { email: string; onClose: () => void }) {
  const { mutate, data, error, isPending } = useRenewRecoveryCodes();
  if (data) {
    return (
      <RecoveryCodes
        codes={data.recovery_codes}
        warning={profile.codesRenewed}
        email={email}
        onClose={onClose}
      />
    );
  }
  return (
    <PasswordDialog
      title={profile.codesRenewTitle}
      text={profile.codesRenewText}
      submit={profile.codesRenew}
      pending={isPending}
      error={error}
      onPassword={(password) => mutate(password)}
      onClose={onClose}
    />
  );
}

export function TotpCard({ me }: { me: S['Me'] }) {
  const [dialog, setDialog] = useState<'enrol' | 'remove' | 'renew' | null>(null);
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
              {me.mfa && <Button onClick={() => setDialog('renew')}>{profile.codesRenew}</Button>}
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
      {dialog === 'renew' && <RenewDialog email={me.email} onClose={close} />}
    </Container>
  );
}
