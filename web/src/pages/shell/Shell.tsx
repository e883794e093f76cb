import { lazy, Suspense, useState } from 'react';
import { Navigate, useLocation } from 'react-router';
import { useMe } from '../../api/session';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { FlashProvider } from '../../ui/flash';
import { Loading } from '../../ui/Loading';
import { Frame } from './Frame';

const SecondFactorPage = lazy(() => import('../session/SecondFactorPage'));

/** Everything behind the sign-in. Whoever was signed in once keeps the page, even when the session ends. */
export function Shell() {
  const me = useMe();
  const { pathname, search } = useLocation();
  const [held, setHeld] = useState(false);
  // Kept after the app is set up until its recovery codes were seen.
  if (me.data?.second_factor_needed && !held) setHeld(true);
  if (me.data && held) {
    return (
      <Suspense fallback={<Loading />}>
        <SecondFactorPage me={me.data} onDone={() => setHeld(false)} />
      </Suspense>
    );
  }
  if (me.data) {
    return (
      <FlashProvider>
        <Frame me={me.data} />
      </FlashProvider>
    );
  }
  if (me.error?.status === 401) {
    return <Navigate to={`/login?next=${encodeURIComponent(pathname + search)}`} replace />;
  }
  return (
    <main className="narrow-page">
      {me.error ? <ErrorPanel error={me.error} onRetry={() => void me.refetch()} /> : <Loading />}
    </main>
  );
}
