import { common } from '../strings/common';
import { absolute, relative } from './format';
import { useNow } from './useNow';

interface Props {
  at: string | null | undefined;
  /** What to say where there is no time. */
  otherwise?: string;
}

/** "6 h ago"; the absolute time on hover. */
export function RelativeTime({ at, otherwise = common.empty }: Props) {
  const now = useNow();
  if (!at) return <>{otherwise}</>;
  return (
    <time dateTime={at} title={absolute(at)} className="no-wrap">
      {relative(at, now)}
    </time>
  );
}
