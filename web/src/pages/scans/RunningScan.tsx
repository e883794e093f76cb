import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { isOver, useLiveScan } from '../../api/live/hooks';
import { percentDone } from '../../api/live/progress';
import { useCancelScan } from '../../api/scans';
import { useMay } from '../../api/session';
import { scans } from '../../strings/scans';
import type { S } from '../../types';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { count } from '../../ui/format';
import { ProgressGrid } from '../../ui/ProgressGrid';
import { RelativeTime } from '../../ui/RelativeTime';
import { useNarrow } from '../../ui/useNarrow';

function StopButton({ scan }: { scan: S['Scan'] }) {
  const mayStop = useMay('operator');
  const { mutate, isPending, error } = useCancelScan();
  if (!mayStop) return null;
  return (
    <SpaceBetween size="xs">
      <Button
        loading={isPending || scan.cancel_requested}
        loadingText={scans.stopping}
        onClick={() => mutate(scan.id)}
      >
        {scans.stop}
      </Button>
      {error && <ErrorPanel error={error} />}
    </SpaceBetween>
  );
}

function Progress({ scan, interrupted }: { scan: S['Scan']; interrupted: boolean }) {
  const narrow = useNarrow();
  const { progress } = scan;
  const cells = progress?.cells ?? {};
  const planned = (progress?.slices ?? 0) > 0;
  return (
    <SpaceBetween size="s">
      <ProgressBar
        value={percentDone(scan)}
        ariaLabel={scans.progress}
        description={
          planned && progress
            ? scans.progressText(count(progress.resources), count(progress.calls))
            : scans.planning
        }
        additionalInfo={interrupted ? scans.liveInterrupted : undefined}
      />
      {Object.keys(cells).length > 0 && (
        <ExpandableSection headerText={scans.byServiceAndRegion} defaultExpanded={!narrow}>
          <ProgressGrid cells={cells} />
        </ExpandableSection>
      )}
    </SpaceBetween>
  );
}

/** A scan while it waits and runs; nothing once it has ended. */
export function RunningScan({ id }: { id: string }) {
  const { scan, live } = useLiveScan(id);
  if (!scan.data || isOver(scan.data.state)) return null;
  const queued = scan.data.state === 'queued';
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={<StopButton scan={scan.data} />}
          description={
            queued ? (
              scans.queuedText
            ) : (
              <>
                {scans.started} <RelativeTime at={scan.data.started_at} />
              </>
            )
          }
        >
          {queued ? scans.queued : scans.running}
        </Header>
      }
    >
      <Progress scan={scan.data} interrupted={live === 'polling'} />
    </Container>
  );
}
