import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, useState } from 'react';
import { type ApiError, fieldError } from '../../api/problem';
import { useFirstRun } from '../../api/session';
import { session } from '../../strings/session';
import type { S } from '../../types';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { PasswordField, passwordProblem } from '../../ui/PasswordField';
import { TextField } from '../../ui/TextField';

interface Props {
  token: string;
  onDone: () => void;
}

function emptyForm(token: string) {
  return { token, email: '', name: '', organisation: '', password: '' };
}

type Fields = ReturnType<typeof emptyForm>;
type Errors = Partial<Record<keyof Fields, string>>;

export function problemsOf(fields: Fields): Errors {
  const errors: Errors = {};
  if (!fields.token.trim()) errors.token = session.missingToken;
  if (!fields.email.trim()) errors.email = session.missingEmail;
  const problem = passwordProblem(fields.password);
  if (problem) errors.password = problem;
  return errors;
}

interface FieldsProps {
  fields: Fields;
  errors: Errors;
  error: ApiError | null;
  tokenIsKnown: boolean;
  change: (part: Partial<Fields>) => void;
}

function SetupFields({ fields, errors, error, tokenIsKnown, change }: FieldsProps) {
  return (
    <SpaceBetween size="m">
      {error && !error.field && <ErrorPanel error={error} />}
      <TextField
        label={session.setupToken}
        help={tokenIsKnown ? session.setupTokenFilled : session.setupTokenHelp}
        error={errors.token ?? fieldError(error, 'setup_token')}
        value={fields.token}
        autoComplete={false}
        spellcheck={false}
        autoFocus={!tokenIsKnown}
        onText={(token) => change({ token })}
      />
      <TextField
        label={session.email}
        error={errors.email ?? fieldError(error, 'email')}
        type="email"
        value={fields.email}
        autoComplete="username"
        autoFocus={tokenIsKnown}
        onText={(email) => change({ email })}
      />
      <PasswordField
        label={session.newPassword}
        error={errors.password ?? fieldError(error, 'password')}
        value={fields.password}
        onText={(password) => change({ password })}
      />
      <TextField
        label={session.yourName}
        optional
        error={fieldError(error, 'name')}
        value={fields.name}
        autoComplete="name"
        onText={(name) => change({ name })}
      />
      <TextField
        label={session.organisation}
        optional
        help={session.organisationHelp}
        error={fieldError(error, 'organisation')}
        value={fields.organisation}
        autoComplete="organization"
        onText={(organisation) => change({ organisation })}
      />
    </SpaceBetween>
  );
}

function requestOf(fields: Fields): S['SetupRequest'] {
  return {
    setup_token: fields.token.trim(),
    email: fields.email.trim(),
    name: fields.name.trim() || null,
    organisation: fields.organisation.trim() || null,
    password: fields.password,
  };
}

export function SetupForm({ token, onDone }: Props) {
  const [fields, setFields] = useState(() => emptyForm(token));
  const [tried, setTried] = useState(false);
  const { mutate, isPending, error } = useFirstRun();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problemsOf(fields)).length > 0) return;
    mutate(requestOf(fields), { onSuccess: onDone });
  };
  const actions = (
    <Button variant="primary" loading={isPending}>
      {session.finishSetup}
    </Button>
  );
  return (
    <form onSubmit={submit} noValidate>
      <Form actions={actions}>
        <SetupFields
          fields={fields}
          errors={tried ? problemsOf(fields) : {}}
          error={error}
          tokenIsKnown={Boolean(token)}
          change={(part) => setFields((before) => ({ ...before, ...part }))}
        />
      </Form>
    </form>
  );
}
