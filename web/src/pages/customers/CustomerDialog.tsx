import { useState } from 'react';
import { useCreateCustomer, useUpdateCustomer } from '../../api/customers';
import type { Tagged } from '../../api/client';
import { fieldError } from '../../api/problem';
import { common } from '../../strings/common';
import { customers } from '../../strings/customers';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { FormDialog } from '../../ui/FormDialog';
import { labelsPatch, labelsText, readLabels } from '../../ui/labelsText';
import { TextAreaField } from '../../ui/TextAreaField';
import { TextField } from '../../ui/TextField';

interface Props {
  /** The one to change; absent: a new one. */
  customer?: Tagged<S['Customer']> | undefined;
  onClose: () => void;
}

function useSave(customer: Props['customer'], onSaved: () => void) {
  const create = useCreateCustomer();
  const update = useUpdateCustomer();
  const flash = useFlash();
  const save = (name: string, labels: Record<string, string>, notes: string) => {
    if (!customer) {
      const said = { type: 'success' as const, content: customers.added(name) };
      create.mutate({ name, labels, notes }, { onSuccess: () => (flash(said), onSaved()) });
      return;
    }
    const patch = { name, labels: labelsPatch(customer.value.labels, labels), notes };
    const said = { type: 'success' as const, content: customers.saved };
    update.mutate(
      { id: customer.value.id, patch, etag: customer.etag },
      { onSuccess: () => (flash(said), onSaved()) },
    );
  };
  return {
    save,
    error: create.error ?? update.error,
    pending: create.isPending || update.isPending,
  };
}

export function CustomerDialog({ customer, onClose }: Props) {
  const before = customer?.value;
  const [name, setName] = useState(before?.name ?? '');
  const [labels, setLabels] = useState(labelsText(before?.labels ?? {}));
  const [notes, setNotes] = useState(before?.notes ?? '');
  const [tried, setTried] = useState(false);
  const { save, error, pending } = useSave(customer, onClose);
  const read = readLabels(labels);
  const badLabel = read.badLine > 0 ? customers.badLabel(read.badLine) : undefined;
  const missing = tried && !name.trim() ? customers.missingName : undefined;
  const known = fieldError(error, 'name') ?? fieldError(error, 'labels', 'notes');
  return (
    <FormDialog
      title={customer ? customers.editTitle : customers.add}
      submit={customer ? common.save : customers.add}
      pending={pending}
      error={known ? null : error}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (name.trim() && !badLabel) save(name.trim(), read.labels, notes);
      }}
    >
      <TextField
        label={customers.name}
        value={name}
        autoFocus
        error={missing ?? fieldError(error, 'name')}
        onText={setName}
      />
      <TextAreaField
        label={customers.labels}
        optional
        help={customers.labelsHelp}
        error={(tried ? badLabel : undefined) ?? fieldError(error, 'labels')}
        value={labels}
        onText={setLabels}
      />
      <TextAreaField
        label={customers.notes}
        optional
        error={fieldError(error, 'notes')}
        value={notes}
        rows={4}
        onText={setNotes}
      />
    </FormDialog>
  );
}
