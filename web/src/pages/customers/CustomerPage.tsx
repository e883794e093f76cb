import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useCustomer, useDeleteCustomer } from '../../api/customers';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import { customers } from '../../strings/customers';
import type { S } from '../../types';
import { Actions } from '../../ui/Actions';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { LabelBadges } from '../../ui/LabelBadges';
import { Loading } from '../../ui/Loading';
import { usePage } from '../../ui/usePage';
import { CustomerAccounts } from './CustomerAccounts';
import { CustomerDialog } from './CustomerDialog';

function DeleteDialog({ customer, onClose }: { customer: S['Customer']; onClose: () => void }) {
  const remove = useDeleteCustomer();
  const navigate = useNavigate();
  const flash = useFlash();
  return (
    <ConfirmDialog
      title={customers.removeTitle}
      confirm={customers.remove}
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(customer.id, {
          onSuccess: () => {
            flash({ type: 'success', content: customers.removed });
            void navigate('/customers', { replace: true });
          },
        })
      }
    >
      <Foreign text={customers.removeText(customer.name)} most={400} />
    </ConfirmDialog>
  );
}

export function Component() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useCustomer(id);
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const close = () => setDialog(null);
  const refusedBecause = useMay('admin') ? undefined : roleNeeded.admin;
  usePage([
    { text: customers.title, href: '/customers' },
    { text: data?.value.name ?? customers.one, href: `/customers/${id}` },
  ]);
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  const customer = data.value;
  return (
    <SpaceBetween size="l">
      <SpaceBetween size="xs">
        <Header
          variant="h1"
          actions={
            <Actions
              actions={[
                {
                  id: 'delete',
                  text: customers.remove,
                  refusedBecause,
                  onClick: () => setDialog('delete'),
                },
                {
                  id: 'edit',
                  text: customers.edit,
                  refusedBecause,
                  onClick: () => setDialog('edit'),
                },
              ]}
            />
          }
        >
          <Foreign text={customer.name} most={160} />
        </Header>
        <LabelBadges labels={customer.labels} />
        {customer.notes && (
          <p className="notes">
            <Foreign text={customer.notes} most={4000} />
          </p>
        )}
      </SpaceBetween>
      <CustomerAccounts id={id} />
      {dialog === 'edit' && <CustomerDialog customer={data} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog customer={customer} onClose={close} />}
    </SpaceBetween>
  );
}
