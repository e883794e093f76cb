import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useBaseline } from '../../api/drift';
import { account as text } from '../../strings/account';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { AcceptBaseline } from '../baseline/AcceptBaseline';

/** After the first scan: what makes an inventory useful. The first step goes once it is done. */
export function NextSteps({ scan }: { scan: S['Scan'] }) {
  const { data: baseline } = useBaseline(scan.account_id);
  return (
    <Alert
      type="success"
      header={text.nextTitle}
      action={
        <SpaceBetween direction="horizontal" size="xs">
          <AppButton href={`/scans/${scan.id}`}>{text.openSnapshot}</AppButton>
          {baseline === null && scan.snapshot_id && <AcceptBaseline snapshot={scan.snapshot_id} />}
        </SpaceBetween>
      }
    >
      <ol className="plain-list">
        <li>{baseline ? text.nextBaselineLater : text.nextBaseline}</li>
        <li>{text.nextChange}</li>
        <li>{text.nextScan}</li>
      </ol>
    </Alert>
  );
}
