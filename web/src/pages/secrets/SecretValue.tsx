import { secrets } from '../../strings/secrets';
import { TextField } from '../../ui/TextField';

interface Props {
  manager: string;
  value: string;
  tried: boolean;
  refused: string | undefined;
  autoFocus?: boolean;
  onText: (text: string) => void;
}

/** The value of a sealed secret, which is not seen while it is typed, or where another one is kept. */
export function SecretValue({ manager, value, tried, refused, autoFocus, onText }: Props) {
  const isSealed = manager === 'sealed';
  const missing = isSealed ? secrets.missingValue : secrets.missingRef;
  return (
    <TextField
      key={isSealed ? 'value' : 'ref'}
      label={isSealed ? secrets.value : secrets.ref}
      type={isSealed ? 'password' : 'text'}
      autoComplete={isSealed ? 'new-password' : 'off'}
      autoFocus={autoFocus ?? false}
      spellcheck={false}
      help={isSealed ? secrets.valueHelp : (secrets.refHelp[manager] ?? '')}
      value={value}
      error={tried && !value.trim() ? missing : refused}
      onText={onText}
    />
  );
}
