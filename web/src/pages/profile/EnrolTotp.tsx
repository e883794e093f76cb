/** Setting an authenticator app up: its secret, then a code that proves it, then the recovery codes. */
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import { useBeginTotp, useConfirmTotp } from '../../api/me';
import { fieldError } from '../../api/problem';
import { profile } from '../../strings/profile';
import type { S } from '../../types';
import { CodeField } from '../../ui/CodeField';
import { FormDialog } from '../../ui/FormDialog';
import { Loading } from '../../ui/Loading';
import { TextField } from '../../ui/TextField';
import { QrCode } from './QrCode';
import { RecoveryCodes } from './RecoveryCodes';
import './profile.css';

function Secret({ secret }: { secret: S['TotpSecret'] }) {
  return (
    <SpaceBetween size="m">
      <FormField label={profile.scan}>
        <QrCode text={secret.otpauth_uri} label={profile.qr} />
      </FormField>
      <ExpandableSection headerText={profile.cannotScan}>
        <SpaceBetween size="s">
          <CodeField label={profile.secret} text={secret.secret} />
          <CodeField label={profile.address} text={secret.otpauth_uri} />
        </SpaceBetween>
      </ExpandableSection>
    </SpaceBetween>
  );
}

export function EnrolTotp({ email, onClose }: { email: string; onClose: () => void }) {
  const [code, setCode] = useState('');
  const [tried, setTried] = useState(false);
  const begin = useBeginTotp();
  const confirm = useConfirmTotp();
  const { mutate: ask } = begin;
  useEffect(() => ask(), [ask]);
  if (confirm.data) {
    return <RecoveryCodes codes={confirm.data.recovery_codes} email={email} onClose={onClose} />;
  }
  const digits = code.replace(/\s/g, '');
  const missing = tried && !/^\d{6}$/.test(digits) ? profile.missingCode : undefined;
  const send = () => {
    setTried(true);
    if (/^\d{6}$/.test(digits)) confirm.mutate(digits);
  };
  const error = begin.error ?? confirm.error;
  return (
    <FormDialog
      title={profile.mfaTitle}
      submit={profile.confirm}
      pending={confirm.isPending}
      blocked={!begin.data}
      error={error?.field ? null : error}
      onSubmit={send}
      onClose={onClose}
    >
      {begin.isPending && <Loading />}
      {begin.data && <Secret secret={begin.data} />}
      {begin.data && (
        <TextField
          label={profile.code}
          help={profile.codeHelp}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          error={missing ?? fieldError(confirm.error, 'code')}
          onText={setCode}
        />
      )}
    </FormDialog>
  );
}
