import Alert from '@cloudscape-design/components/alert';
import { useNavigate, useSearchParams } from 'react-router';
import { useSetupStatus } from '../../api/session';
import { session } from '../../strings/session';
import { BarePage } from './BarePage';
import { SignInForm } from './SignInForm';

/** Only addresses of this console: a link must not lead elsewhere after signing in. */
export function safeNext(next: string | null): string {
  if (!next || !/^\/(?![/\\])/.test(next)) return '/';
  return next;
}

export function Component() {
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const { data } = useSetupStatus();
  return (
    <BarePage title={session.signInTitle}>
      {data?.needed ? (
        <Alert type="info" header={session.notSetUp}>
          {session.notSetUpText}
        </Alert>
      ) : (
        <SignInForm
          onSignedIn={() => void navigate(safeNext(parameters.get('next')), { replace: true })}
        />
      )}
    </BarePage>
  );
}
