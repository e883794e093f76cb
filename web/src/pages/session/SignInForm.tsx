import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, useState } from 'react';
import type { ApiError } from '../../api/problem';
import { useSignIn } from '../../api/session';
import { session } from '../../strings/session';
import { ErrorPanel, type ShownError } from '../../ui/ErrorPanel';
import { TextField } from '../../ui/TextField';

interface Props {
  /** Filled in where it is known who has to come back. */
  email?: string;
  onSignedIn: () => void;
}

/** The server answers every 401 with the same words; here they mean that the sign-in failed. */
function failure({ status, title, detail, hint, traceId }: ApiError): ShownError {
  return { status, detail, hint, traceId, title: status === 401 ? session.failed : title };
}

export function SignInForm({ email: known = '', onSignedIn }: Props) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const { mutate, isPending, error } = useSignIn();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!email.trim() || !password) return;
    mutate({ email: email.trim(), password }, { onSuccess: onSignedIn });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Form
        actions={
          <Button variant="primary" loading={isPending}>
            {session.signIn}
          </Button>
        }
      >
        <SpaceBetween size="m">
          {error && <ErrorPanel error={failure(error)} />}
          <TextField
            label={session.email}
            error={tried && !email.trim() ? session.missingEmail : undefined}
            type="email"
            value={email}
            autoFocus={!known}
            autoComplete="username"
            onText={setEmail}
          />
          <TextField
            label={session.password}
            error={tried && !password ? session.missingPassword : undefined}
            type="password"
            value={password}
            autoFocus={Boolean(known)}
            autoComplete="current-password"
            onText={setPassword}
          />
        </SpaceBetween>
      </Form>
    </form>
  );
}
