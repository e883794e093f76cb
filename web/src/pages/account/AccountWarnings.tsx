import Alert from '@cloudscape-design/components/alert';
import { account as text } from '../../strings/account';
import { Foreign } from '../../ui/Foreign';

const mostChars = 500;

/** What the server wants to be known about this account. */
export function AccountWarnings({ warnings }: { warnings: string[] }) {
  if (warnings.length === 0) return null;
  return (
    <Alert type="info" header={text.warnings}>
      <ul className="plain-list">
        {warnings.map((warning) => (
          <li key={warning}>
            <Foreign text={warning} most={mostChars} />
          </li>
        ))}
      </ul>
    </Alert>
  );
}
