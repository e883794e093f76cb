import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useSecrets } from '../../api/secrets';
import { notifications as text } from '../../strings/notifications';
import { clipped, visible } from '../../ui/foreignText';
import { OptionalLabel } from '../../ui/OptionalLabel';

interface Props {
  label: string;
  optional: boolean;
  value: string;
  error: string | undefined;
  onChoose: (id: string) => void;
}

const secretsMost = 200;

/** One of the sealed secrets: a value is never typed into a channel. */
export function SecretSelect({ label, optional, value, error, onChoose }: Props) {
  const { data } = useSecrets({ q: 'manager=sealed', limit: secretsMost });
  const none = optional ? [{ value: '', label: text.noSecret }] : [];
  const known = (data?.items ?? []).map(({ id, name }) => ({
    value: id,
    label: clipped(visible(name), 60),
  }));
  // A reference to a variable or a file, made by the command line.
  const other = value && data && !known.some((option) => option.value === value);
  const options = [...none, ...known, ...(other ? [{ value, label: clipped(value, 60) }] : [])];
  return (
    <FormField
      label={optional ? <OptionalLabel text={label} /> : label}
      constraintText={text.secretHelp}
      errorText={error}
    >
      <Select
        options={options}
        placeholder={text.chooseSecret}
        selectedOption={options.find((option) => option.value === value) ?? null}
        onChange={({ detail }) => onChoose(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}
