import FormField from '@cloudscape-design/components/form-field';
import Textarea from '@cloudscape-design/components/textarea';
import { OptionalLabel } from './OptionalLabel';

interface Props {
  label: string;
  optional?: boolean;
  help?: string;
  error?: string | undefined;
  value: string;
  rows?: number;
  autoFocus?: boolean;
  /** A browser must not remember or check what is typed here. */
  secret?: boolean;
  onText: (text: string) => void;
}

export function TextAreaField(props: Props) {
  const { label, optional, help, error, value, rows = 3, autoFocus, secret, onText } = props;
  return (
    <FormField
      label={optional ? <OptionalLabel text={label} /> : label}
      constraintText={help}
      errorText={error}
      stretch
    >
      <Textarea
        value={value}
        rows={rows}
        autoFocus={autoFocus ?? false}
        autoComplete={secret ? 'off' : 'on'}
        spellcheck={!secret}
        onChange={({ detail }) => onText(detail.value)}
      />
    </FormField>
  );
}
