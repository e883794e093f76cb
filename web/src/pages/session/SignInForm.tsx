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

const needsCode = (error: ApiError | null) =>
  error?.code === 'totp_required' || error?.code === 'wrong_totp';

/**
 * The server answers every 401 with the same words; here they mean that the sign-in failed. That a code is
 * needed is no failure.
 */
function failure(error: ApiError | null): ShownError | null {
  if (!error || error.code === 'totp_required') return null;
  const { status, title, detail, hint, traceId } = error;
  return { status, detail, hint, traceId, title: status === 401 ? session.failed : title };
}

interface FieldProps {
  value: string;
  tried: boolean;
  onText: (text: string) => void;
}

function Email({ value, tried, onText, isKnown }: FieldProps & { isKnown: boolean }) {
  return (
    <TextField
      label={session.email}
      error={tried && !value.trim() ? session.missingEmail : undefined}
      type="email"
      value={value}
      autoFocus={!isKnown}
      autoComplete="username"
      onText={onText}
    />
  );
}

function Password({ value, tried, onText, isNext }: FieldProps & { isNext: boolean }) {
  return (
    <TextField
      label={session.password}
      error={tried && !value ? session.missingPassword : undefined}
      type="password"
      value={value}
      autoFocus={isNext}
      autoComplete="current-password"
      onText={onText}
    />
  );
}

function Code({ value, tried, onText }: FieldProps) {
  return (
    <TextField
      label={session.code}
      description={session.codeNeeded}
      help={session.codeHelp}
      error={tried && !value.trim() ? session.missingCode : undefined}
      value={value}
      autoFocus
      autoComplete="one-time-code"
      spellcheck={false}
      onText={onText}
    />
  );
}

function useForm(known: string, onSignedIn: () => void) {
  const [fields, setFields] = useState({ email: known, password: '', code: '' });
  const [tried, setTried] = useState(false);
  const [asksCode, setAsksCode] = useState(false);
  const { mutate, isPending, error, reset } = useSignIn();
  const send = (event: FormEvent) => {
    event.preventDefault();
    const { email, password, code } = fields;
    const isComplete = email.trim() && password && (!asksCode || code.trim());
    setTried(!isComplete);
    if (!isComplete) return;
    mutate(
      { email: email.trim(), password, ...(asksCode ? { totp: code.trim() } : {}) },
      {
        onSuccess: onSignedIn,
        onError: (refused) => setAsksCode((before) => before || needsCode(refused)),
      },
    );
  };
  const startAgain = () => {
    setFields({ email: known, password: '', code: '' });
    setAsksCode(false);
    reset();
  };
  const put = (part: Partial<typeof fields>) => setFields((before) => ({ ...before, ...part }));
  return { fields, put, tried, asksCode, send, startAgain, isPending, error: failure(error) };
}

/** E-mail address and password; then the code of the authenticator app, where the person has one. */
export function SignInForm({ email: known = '', onSignedIn }: Props) {
  const { fields, put, tried, asksCode, send, startAgain, isPending, error } = useForm(
    known,
    onSignedIn,
  );
  return (
    <form onSubmit={send} noValidate>
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {asksCode && (
              <Button variant="link" formAction="none" onClick={startAgain}>
                {session.back}
              </Button>
            )}
            <Button variant="primary" loading={isPending}>
              {session.signIn}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="m">
          {error && <ErrorPanel error={error} />}
          {asksCode ? (
            <Code value={fields.code} tried={tried} onText={(code) => put({ code })} />
          ) : (
            <SpaceBetween size="m">
              <Email
                value={fields.email}
                tried={tried}
                isKnown={Boolean(known)}
                onText={(email) => put({ email })}
              />
              <Password
                value={fields.password}
                tried={tried}
                isNext={Boolean(known)}
                onText={(password) => put({ password })}
              />
            </SpaceBetween>
          )}
        </SpaceBetween>
      </Form>
    </form>
  );
}
