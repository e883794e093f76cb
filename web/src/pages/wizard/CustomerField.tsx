import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { everyCustomer, useCreateCustomer, useCustomers } from '../../api/customers';
import { fieldError } from '../../api/problem';
import { wizard } from '../../strings/wizard';
import { clipped, visible } from '../../ui/foreignText';
import { OptionalLabel } from '../../ui/OptionalLabel';

interface Props {
  value: string;
  onChange: (customerId: string) => void;
}

const nameChars = 80;
const none = { value: '', label: wizard.noCustomer };

function NewCustomer({ onMade }: { onMade: (id: string) => void }) {
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const { mutate, isPending, error } = useCreateCustomer();
  const create = () => {
    setTried(true);
    if (name.trim()) mutate({ name: name.trim() }, { onSuccess: ({ id }) => onMade(id) });
  };
  const refused = fieldError(error, 'name') ?? error?.detail;
  return (
    <FormField
      label={wizard.newCustomerName}
      errorText={tried && !name.trim() ? wizard.missingCustomer : refused}
      secondaryControl={
        <Button loading={isPending} onClick={create}>
          {wizard.createCustomer}
        </Button>
      }
    >
      <Input value={name} autoFocus onChange={({ detail }) => setName(detail.value)} />
    </FormField>
  );
}

/** Whose account it is: one of the customers, a new one made on the spot, or nobody's. */
export function CustomerField({ value, onChange }: Props) {
  const [making, setMaking] = useState(false);
  const { data, isPending } = useCustomers(everyCustomer);
  const options = (data?.items ?? []).map(({ id, name }) => ({
    value: id,
    label: clipped(visible(name), nameChars),
  }));
  const chosen = options.find((option) => option.value === value);
  const made = (id: string) => {
    setMaking(false);
    onChange(id);
  };
  return (
    <SpaceBetween size="s">
      <FormField
        label={<OptionalLabel text={wizard.customer} />}
        secondaryControl={
          !making && <Button onClick={() => setMaking(true)}>{wizard.newCustomer}</Button>
        }
      >
        <Select
          filteringType="auto"
          statusType={isPending ? 'loading' : 'finished'}
          options={[none, ...options]}
          selectedOption={chosen ?? none}
          onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
        />
      </FormField>
      {making && <NewCustomer onMade={made} />}
    </SpaceBetween>
  );
}
