import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Button from '@cloudscape-design/components/button';
import { type FormEvent, useState } from 'react';
import { useChangePassword } from '../../api/me';
import { type ApiError, fieldError } from '../../api/problem';
import { profile } from '../../strings/profile';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { useFlash } from '../../ui/flash';
import { PasswordField, passwordProblem } from '../../ui/PasswordField';
import { TextField } from '../../ui/TextField';

const empty = { current: '', password: '', repeated: '' };
type Fields = typeof empty;

export function passwordProblems({ current, password, repeated }: Fields) {
  return {
    current: current ? undefined : profile.missingCurrent,
    password: passwordProblem(password),
    repeated: password === repeated ? undefined : profile.differs,
  };
}

interface FieldsProps {
  fields: Fields;
  tried: boolean;
  error: ApiError | null;
  put: (part: Partial<Fields>) => void;
}

function PasswordFields({ fields, tried, error, put }: FieldsProps) {
  const problems = tried ? passwordProblems(fields) : undefined;
  return (
    <SpaceBetween size="m">
      <TextField
        label={profile.currentPassword}
        type="password"
        autoComplete="current-password"
        value={fields.current}
        error={problems?.current ?? fieldError(error, 'current_password')}
        onText={(current) => put({ current })}
      />
      <PasswordField
        label={profile.newPassword}
        value={fields.password}
        error={problems?.password ?? fieldError(error, 'password')}
        onText={(password) => put({ password })}
      />
      <TextField
        label={profile.repeatPassword}
        type="password"
        autoComplete="new-password"
        value={fields.repeated}
        error={problems?.repeated}
        onText={(repeated) => put({ repeated })}
      />
    </SpaceBetween>
  );
}

export function PasswordCard() {
  const [fields, setFields] = useState(empty);
  const [tried, setTried] = useState(false);
  const { mutate, error, isPending } = useChangePassword();
  const flash = useFlash();
  const done = () => {
    setFields(empty);
    setTried(false);
    flash({ type: 'success', content: profile.passwordChanged });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(passwordProblems(fields)).some(Boolean)) return;
    mutate({ current_password: fields.current, password: fields.password }, { onSuccess: done });
  };
  return (
    <Container
      header={
        <Header variant="h2" description={profile.passwordText}>
          {profile.password}
        </Header>
      }
    >
      <form onSubmit={submit} noValidate>
        <SpaceBetween size="m">
          {error && !error.field && <ErrorPanel error={error} />}
          <PasswordFields
            fields={fields}
            tried={tried}
            error={error}
            put={(part) => setFields((before) => ({ ...before, ...part }))}
          />
          <Button formAction="submit" loading={isPending}>
            {profile.changePassword}
          </Button>
        </SpaceBetween>
      </form>
    </Container>
  );
}
