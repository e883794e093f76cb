import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useSearchParams } from 'react-router';
import { useSetupStatus } from '../../api/session';
import { session } from '../../strings/session';
import { keepNext, safeNext } from './afterSignIn';
import { BarePage } from './BarePage';
import { ProviderSignIn, useProviderName } from './ProviderSignIn';
import { SignInForm } from './SignInForm';

/** What the server gave as the reason when it sent the browser back here from the identity provider. */
function ProviderProblem({ problem }: { problem: string | null }) {
  const name = useProviderName();
  if (!problem) return null;
  const text = Object.hasOwn(session.providerProblems, problem)
    ? session.providerProblems[problem]
    : session.providerProblem;
  return (
    <Alert type="error" header={session.providerFailed(name ?? session.provider)}>
      {text}
    </Alert>
  );
}

export function Component() {
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const { data } = useSetupStatus();
  const next = parameters.get('next');
  return (
    <BarePage title={session.signInTitle}>
      {data?.needed ? (
        <Alert type="info" header={session.notSetUp}>
          {session.notSetUpText}
        </Alert>
      ) : (
        <SpaceBetween size="m">
          <ProviderProblem problem={parameters.get('problem')} />
          <SignInForm onSignedIn={() => void navigate(safeNext(next), { replace: true })} />
          <ProviderSignIn onLeave={() => keepNext(next)} />
        </SpaceBetween>
      )}
    </BarePage>
  );
}
