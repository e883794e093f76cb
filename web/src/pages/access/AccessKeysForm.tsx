import SpaceBetween from '@cloudscape-design/components/space-between';
import { secretRefs } from '../../strings/secrets';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { SecretRefField } from './SecretRefField';
import type { AccessKeys, KeyPart } from './useAccessKeys';

const parts: { part: KeyPart; label: string; suffix: string }[] = [
  { part: 'access_key_id', label: secretRefs.accessKeyId, suffix: 'access-key-id' },
  { part: 'secret_access_key', label: secretRefs.secretAccessKey, suffix: 'secret-access-key' },
];

interface Props {
  keys: AccessKeys;
  accountName: string;
}

export function AccessKeysForm({ keys, accountName }: Props) {
  return (
    <SpaceBetween size="m">
      <span>{secretRefs.keysText}</span>
      {keys.error && !keys.error.field && <ErrorPanel error={keys.error} />}
      {parts.map(({ part, label, suffix }) => (
        <SecretRefField
          key={part}
          label={label}
          suggestedName={`${accountName} ${suffix}`}
          value={keys.partOf(part)}
          error={keys.errorOf(part)}
          onChange={(value) => keys.change(part, value)}
        />
      ))}
    </SpaceBetween>
  );
}
