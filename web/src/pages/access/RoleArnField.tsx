import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { fieldError } from '../../api/problem';
import { roleArn as text } from '../../strings/access';
import { accountOf, arnProblem } from '../../ui/arn';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Foreign } from '../../ui/Foreign';
import type { RoleArn } from './useRoleArn';

interface Props {
  role: RoleArn;
  /** Say what is missing even before something was typed. */
  insist?: boolean;
}

function ArnStatus({ role }: { role: RoleArn }) {
  const account = accountOf(role.value);
  switch (role.state) {
    case 'waiting':
      return (
        <StatusIndicator type="in-progress">
          {role.live === 'polling' ? text.waitingOffline : text.waiting}
        </StatusIndicator>
      );
    case 'trying':
      return <StatusIndicator type="in-progress">{text.trying}</StatusIndicator>;
    case 'trial_failed':
      return (
        <StatusIndicator type="error">
          {text.trialFailed}: <Foreign text={role.trial?.detail ?? ''} most={500} />
        </StatusIndicator>
      );
    case 'proposed':
      return <StatusIndicator type="info">{text.proposed(account)}</StatusIndicator>;
    case 'saved':
      return <StatusIndicator type="success">{text.saved(account)}</StatusIndicator>;
    case 'right':
      return (
        <StatusIndicator type="pending">
          {text.looksRight(account)}. {text.changed}
        </StatusIndicator>
      );
    case 'wrong':
      return null;
  }
}

/** The role's ARN, checked as it is typed; below it, where the connection stands. */
export function RoleArnField({ role, insist = false }: Props) {
  const wrong = role.state === 'wrong' || (insist && role.value === '');
  const refused = fieldError(role.error, 'auth.role_arn', 'auth', 'role_arn');
  const error = wrong ? (arnProblem(role.value) ?? undefined) : refused;
  return (
    <SpaceBetween size="xs">
      <FormField label={text.label} description={text.help} errorText={error} stretch>
        <Input
          value={role.value}
          placeholder="arn:aws:iam::123456789012:role/PatrolReadOnly"
          autoComplete={false}
          spellcheck={false}
          onChange={({ detail }) => role.type(detail.value.trim())}
        />
      </FormField>
      <div role="status">
        <ArnStatus role={role} />
      </div>
      {role.error && !refused && <ErrorPanel error={role.error} />}
    </SpaceBetween>
  );
}
