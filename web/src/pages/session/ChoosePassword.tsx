import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type ApiError, fieldError } from '../../api/problem';
import { profile } from '../../strings/profile';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { PasswordField, passwordProblem } from '../../ui/PasswordField';
import { TextField } from '../../ui/TextField';

interface Props {
  submit: string;
  pending: boolean;
  error: ApiError | null;
  onPassword: (password: string) => void;
  children?: ReactNode;
}

/** A password chosen twice. */
export function ChoosePassword({ submit, pending, error, onPassword, children }: Props) {
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [tried, setTried] = useState(false);
  const problem = passwordProblem(password);
  const differs = password === repeated ? undefined : profile.differs;
  const send = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!problem && !differs) onPassword(password);
  };
  const known = fieldError(error, 'password', 'name');
  return (
    <form onSubmit={send} noValidate>
      <Form
        actions={
          <Button variant="primary" loading={pending}>
            {submit}
          </Button>
        }
      >
        <SpaceBetween size="m">
          {error && !known && <ErrorPanel error={error} />}
          {children}
          <PasswordField
            label={profile.newPassword}
            value={password}
            autoFocus
            error={(tried ? problem : undefined) ?? fieldError(error, 'password')}
            onText={setPassword}
          />
          <TextField
            label={profile.repeatPassword}
            type="password"
            autoComplete="new-password"
            value={repeated}
            error={tried ? differs : undefined}
            onText={setRepeated}
          />
        </SpaceBetween>
      </Form>
    </form>
  );
}
