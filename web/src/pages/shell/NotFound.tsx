import Alert from '@cloudscape-design/components/alert';
import { shell } from '../../strings/shell';
import { AppLink } from '../../ui/AppLink';
import { usePage } from '../../ui/usePage';

export function Component() {
  usePage([{ text: shell.notFoundTitle, href: '' }]);
  return (
    <Alert type="info" header={shell.notFoundTitle}>
      {shell.notFoundText} <AppLink href="/accounts">{shell.toAccounts}</AppLink>
    </Alert>
  );
}
