import { useEffect, useState } from 'react';
import { useIsLoading } from '../../api/loading';

const waitBeforeSaying = 300;

/** A thin bar over a page whose next answer takes long: its old rows stay until then. */
export function LoadingBar() {
  const loading = useIsLoading();
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!loading) {
      setLate(false);
      return undefined;
    }
    const timer = setTimeout(() => setLate(true), waitBeforeSaying);
    return () => clearTimeout(timer);
  }, [loading]);
  return late ? <div className="loading-bar" aria-hidden="true" /> : null;
}
