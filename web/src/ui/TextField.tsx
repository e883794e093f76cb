import FormField from '@cloudscape-design/components/form-field';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import type { ReactNode } from 'react';
import { OptionalLabel } from './OptionalLabel';

interface Props extends Omit<InputProps, 'onChange'> {
  label: string;
  optional?: boolean;
  description?: ReactNode;
  help?: ReactNode;
  error?: string | undefined;
  onText: (text: string) => void;
}

/** A labelled line of text with its help and its error. */
export function TextField({ label, optional, description, help, error, onText, ...input }: Props) {
  return (
    <FormField
      label={optional ? <OptionalLabel text={label} /> : label}
      description={description}
      constraintText={help}
      errorText={error}
    >
      <Input {...input} onChange={({ detail }) => onText(detail.value)} />
    </FormField>
  );
}
