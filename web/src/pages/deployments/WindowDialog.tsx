import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { everyCustomer, useCustomers } from '../../api/customers';
import { useOpenWindow } from '../../api/deployments';
import { fieldError } from '../../api/problem';
import { deployments } from '../../strings/deployments';
import { useFlash } from '../../ui/flash';
import { clipped, visible } from '../../ui/foreignText';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';

const hour = 3_600_000;
const ends = [1, 2, 4, 8, 24].map((hours) => ({
  value: String(hours),
  label: deployments.hoursOf(hours),
}));
const everyone = { value: '', label: deployments.everyCustomer };

export function WindowDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [customer, setCustomer] = useState('');
  const [hours, setHours] = useState('2');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const { data } = useCustomers(everyCustomer);
  const open = useOpenWindow();
  const flash = useFlash();
  const known = (data?.items ?? []).map(({ id, name: text }) => ({
    value: id,
    label: clipped(visible(text), 60),
  }));
  const customers = [everyone, ...known];
  const send = () => {
    setTried(true);
    if (!name.trim()) return;
    open.mutate(
      {
        name: name.trim(),
        source: 'window',
        until: new Date(Date.now() + Number(hours) * hour).toISOString(),
        ...(customer ? { customer_id: customer } : {}),
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      },
      {
        onSuccess: () => {
          flash({ type: 'success', content: deployments.opened });
          onClose();
        },
      },
    );
  };
  const refused = fieldError(open.error, 'name');
  return (
    <FormDialog
      title={deployments.openTitle}
      submit={deployments.open}
      pending={open.isPending}
      error={refused ? null : open.error}
      onSubmit={send}
      onClose={onClose}
    >
      <div>{deployments.openText}</div>
      <TextField
        label={deployments.name}
        value={name}
        autoFocus
        error={tried && !name.trim() ? deployments.missingName : refused}
        onText={setName}
      />
      <FormField label={deployments.customer}>
        <Select
          options={customers}
          filteringType="auto"
          selectedOption={customers.find(({ value }) => value === customer) ?? everyone}
          onChange={({ detail }) => setCustomer(detail.selectedOption.value ?? '')}
        />
      </FormField>
      <FormField label={deployments.hours}>
        <Select
          options={ends}
          selectedOption={ends.find(({ value }) => value === hours) ?? null}
          onChange={({ detail }) => setHours(detail.selectedOption.value ?? '2')}
        />
      </FormField>
      <TextField label={deployments.reason} optional value={reason} onText={setReason} />
    </FormDialog>
  );
}
