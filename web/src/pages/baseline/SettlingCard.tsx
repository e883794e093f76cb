/** Before the first baseline: offers quick scans, shows their progress, then what moved and the rules for it. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMay } from '../../api/session';
import { type Settling, useSettling, useSkipSettling, useStartSettling } from '../../api/settling';
import { roleNeeded } from '../../strings/common';
import { settling as text } from '../../strings/drift';
import { AppButton } from '../../ui/AppButton';
import { RelativeTime } from '../../ui/RelativeTime';
import { useFlash } from '../../ui/flash';
import { MovingPaths } from './MovingPaths';

function Start({ account, text: label }: { account: string; text: string }) {
  const start = useStartSettling(account);
  const may = useMay('operator');
  const flash = useFlash();
  return (
    <AppButton
      loading={start.isPending}
      refusedBecause={may ? undefined : roleNeeded.operator}
      onClick={() =>
        start.mutate(undefined, {
          onError: ({ title, detail }) => flash({ type: 'error', header: title, content: detail }),
        })
      }
    >
      {label}
    </AppButton>
  );
}

function Skip({ account }: { account: string }) {
  const skip = useSkipSettling(account);
  const may = useMay('operator');
  return (
    <AppButton
      loading={skip.isPending}
      refusedBecause={may ? undefined : roleNeeded.operator}
      onClick={() => skip.mutate()}
    >
      {text.skip}
    </AppButton>
  );
}

function titleOf({ state, snapshots, snapshots_wanted }: Settling): string {
  if (state === 'running') return text.running(snapshots.length, snapshots_wanted);
  if (state === 'done') return text.done;
  return state === 'ended' ? text.ended : text.title;
}

function Progress({ settling }: { settling: Settling }) {
  if (settling.state !== 'running') return null;
  if (!settling.next_scan_at) return <Box>{text.scanning}</Box>;
  return (
    <Box>
      {text.nextScan} <RelativeTime at={settling.next_scan_at} />
    </Box>
  );
}

export function SettlingCard({ account }: { account: string }) {
  const { data } = useSettling(account);
  if (!data) return null;
  const running = data.state === 'running';
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            running ? (
              <Skip account={account} />
            ) : (
              <Start account={account} text={data.state === 'none' ? text.start : text.again} />
            )
          }
        >
          {titleOf(data)}
        </Header>
      }
    >
      <SpaceBetween size="s">
        {data.state === 'none' && <Box>{text.offer}</Box>}
        <Progress settling={data} />
        {data.state !== 'none' && <MovingPaths settling={data} />}
      </SpaceBetween>
    </Container>
  );
}
