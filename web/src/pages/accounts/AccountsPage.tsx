import Header from '@cloudscape-design/components/header';
import { shell } from '../../strings/shell';
import { usePage } from '../../ui/usePage';

export function Component() {
  usePage([{ text: shell.cloudAccounts, href: '/accounts' }], 'table');
  return <Header variant="h1">{shell.cloudAccounts}</Header>;
}
