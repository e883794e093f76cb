import Alert from '@cloudscape-design/components/alert';
import { account as text } from '../../strings/account';
import { AppButton } from '../../ui/AppButton';

/** After the first scan: what makes an inventory useful. */
export function NextSteps({ scan }: { scan: string }) {
  return (
    <Alert
      type="success"
      header={text.nextTitle}
      action={<AppButton href={`/scans/${scan}`}>{text.openSnapshot}</AppButton>}
    >
      <ol className="plain-list">
        <li>{text.nextBaseline}</li>
        <li>{text.nextChange}</li>
        <li>{text.nextScan}</li>
      </ol>
    </Alert>
  );
}
