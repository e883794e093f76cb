import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { useCreateCollector } from '../../api/collectors';
import { everyCustomer, useCustomers } from '../../api/customers';
import { fieldError } from '../../api/problem';
import { collectors } from '../../strings/collectors';
import { clipped, visible } from '../../ui/foreignText';
import { FormDialog } from '../../ui/FormDialog';
import { OptionalLabel } from '../../ui/OptionalLabel';
import { TextField } from '../../ui/TextField';
import { EnrolmentCommand } from './EnrolmentCommand';

const nameChars = 80;
const everyone = { value: '', label: collectors.everyCustomer };

function CustomerChoice({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { data, isPending } = useCustomers(everyCustomer);
  const options = (data?.items ?? []).map(({ id, name }) => ({
    value: id,
    label: clipped(visible(name), nameChars),
  }));
  return (
    <FormField
      label={<OptionalLabel text={collectors.customer} />}
      description={collectors.customerHelp}
    >
      <Select
        filteringType="auto"
        statusType={isPending ? 'loading' : 'finished'}
        options={[everyone, ...options]}
        selectedOption={options.find((option) => option.value === value) ?? everyone}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}

export function AddCollector({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [customer, setCustomer] = useState('');
  const [tried, setTried] = useState(false);
  const create = useCreateCollector();
  if (create.data) return <EnrolmentCommand token={create.data} onClose={onClose} />;
  const refused = fieldError(create.error, 'name');
  const send = () => {
    setTried(true);
    if (name.trim()) create.mutate({ name: name.trim(), customer_id: customer || null });
  };
  return (
    <FormDialog
      title={collectors.add}
      submit={collectors.add}
      pending={create.isPending}
      error={refused ? null : create.error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        label={collectors.name}
        help={collectors.nameHelp}
        value={name}
        autoFocus
        error={tried && !name.trim() ? collectors.missingName : refused}
        onText={setName}
      />
      <CustomerChoice value={customer} onChange={setCustomer} />
    </FormDialog>
  );
}
