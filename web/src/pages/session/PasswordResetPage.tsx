import Alert from '@cloudscape-design/components/alert';
import { useState } from 'react';
import { useResetPassword } from '../../api/session';
import { profile } from '../../strings/profile';
import { session } from '../../strings/session';
import { AppLink } from '../../ui/AppLink';
import { BarePage } from './BarePage';
import { ChoosePassword } from './ChoosePassword';
import { NoToken } from './NoToken';
import { takeToken } from './takeToken';

/** Where an administrator's reset link leads. Signing in stays to be done: a second factor is asked for there. */
export function Component() {
  const [token] = useState(takeToken);
  const { mutate, isSuccess, error, isPending } = useResetPassword();
  if (isSuccess) {
    return (
      <BarePage title={profile.resetTitle}>
        <Alert type="success" header={profile.resetDone}>
          {profile.resetDoneText} <AppLink href="/login">{session.toSignIn}</AppLink>
        </Alert>
      </BarePage>
    );
  }
  return (
    <BarePage title={profile.resetTitle} {...(token ? { description: profile.resetText } : {})}>
      {token ? (
        <ChoosePassword
          submit={profile.reset}
          pending={isPending}
          error={error}
          onPassword={(password) => mutate({ token, password })}
        />
      ) : (
        <NoToken />
      )}
    </BarePage>
  );
}
