import { common } from '../strings/common';
import { RelativeTime } from './RelativeTime';

interface Props {
  /** When what is shown was answered, in milliseconds. */
  at: number;
}

/** Live updates do not arrive: how old is what is shown. */
export function Stale({ at }: Props) {
  return (
    <span role="status">
      {common.updated} <RelativeTime at={new Date(at).toISOString()} /> · {common.livePaused}
    </span>
  );
}
