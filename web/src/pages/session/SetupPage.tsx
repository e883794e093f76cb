import Alert from '@cloudscape-design/components/alert';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useSetupStatus } from '../../api/session';
import { session } from '../../strings/session';
import { AppLink } from '../../ui/AppLink';
import { Loading } from '../../ui/Loading';
import { BarePage } from './BarePage';
import { SetupForm } from './SetupForm';
import { takeToken } from './takeToken';

export function Component() {
  const navigate = useNavigate();
  const [token] = useState(takeToken);
  const [done, setDone] = useState(false);
  const { data, isPending } = useSetupStatus();
  const finished = () => {
    setDone(true);
    void navigate('/', { replace: true });
  };
  if (isPending) return <Loading />;
  if (data && !data.needed && !done) {
    return (
      <BarePage title={session.setupTitle}>
        <Alert type="info" header={session.alreadySetUp}>
          {session.alreadySetUpText} <AppLink href="/login">{session.toSignIn}</AppLink>
        </Alert>
      </BarePage>
    );
  }
  return (
    <BarePage title={session.setupTitle} description={session.setupText}>
      <SetupForm token={token} onDone={finished} />
    </BarePage>
  );
}
