import FormField from '@cloudscape-design/components/form-field';
import type { ReactNode } from 'react';
import { CodeBlock } from './CodeBlock';

interface Props {
  label: string;
  text: string;
  /** What limits it: how long it is good. */
  constraint?: ReactNode;
}

/** A text to be copied, with its name above it: an address, a secret, a link. */
export function CodeField({ label, text, constraint }: Props) {
  return (
    <FormField label={label} constraintText={constraint} stretch>
      <CodeBlock text={text} label={label} wrap />
    </FormField>
  );
}
