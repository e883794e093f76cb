import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import type { Change } from '../../api/drift';
import { useResource } from '../../api/resources';
import { review } from '../../strings/review';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { PathDiff } from '../../ui/PathDiff';
import { wholeResource } from '../../ui/wholeResource';
import { nameOf } from './useDecide';

function Members({ change }: { change: Change }) {
  const { data, error, refetch } = useResource(change.resource.id);
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  const paths =
    change.op === 'added' ? wholeResource(null, data.document) : wholeResource(data.document, null);
  return <PathDiff label={nameOf(change)} paths={paths} />;
}

/** What came or went, with all that is known of it; read when somebody looks at it. */
export function WholeResource({ change, current }: { change: Change; current: boolean }) {
  const [opened, setOpened] = useState(false);
  if (current || opened) return <Members change={change} />;
  return (
    <div className="change-facts">
      <Button variant="inline-link" onClick={() => setOpened(true)}>
        {review.showResource}
      </Button>
    </div>
  );
}
