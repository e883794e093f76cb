import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { useSetupCommand } from '../../api/accounts';
import { access } from '../../strings/access';
import type { S } from '../../types';
import { CodeBlock } from '../../ui/CodeBlock';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { countdown } from '../../ui/format';
import { useNow } from '../../ui/useNow';

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function Command({ command }: { command: S['SetupCommand'] }) {
  const now = useNow(1000);
  if (Date.parse(command.expires_at) <= now) {
    return <Alert type="warning">{access.expired}</Alert>;
  }
  return (
    <SpaceBetween size="xs">
      <CodeBlock text={command.command} label={access.commandLabel} wrap />
      <Box color="text-body-secondary" fontSize="body-s">
        {access.commandOnce} {access.expiresIn}{' '}
        <span className="number">{countdown(command.expires_at, now)}</span>.
      </Box>
    </SpaceBetween>
  );
}

interface Props {
  roleName: string;
  /** Kept by the owner: the command is still there after a look at another tab. */
  making: ReturnType<typeof useSetupCommand>;
}

/** The one command for the customer. A new one revokes the old: it is made on request only. */
export function SetupCommandPanel({ roleName, making }: Props) {
  const { mutate, data, isPending, error } = making;
  return (
    <SpaceBetween size="s">
      <span>{access.cliText(roleName)}</span>
      {loopback.test(location.hostname) && (
        <Box color="text-body-secondary" fontSize="body-s">
          {access.loopback}
        </Box>
      )}
      {error && <ErrorPanel error={error} />}
      {data && <Command command={data} />}
      <Button loading={isPending} variant={data ? 'normal' : 'primary'} onClick={() => mutate()}>
        {data ? access.generateAgain : access.generate}
      </Button>
    </SpaceBetween>
  );
}
