import { accountStates, accounts, environments } from '../../strings/accounts';
import { providerNames } from '../../strings/common';
import type { S } from '../../types';
import type { FilterField } from '../../ui/FilterBar';

function choices(names: Record<string, string>) {
  return Object.entries(names).map(([value, label]) => ({ value, label }));
}

const states = Object.entries(accountStates).filter(([state]) => state !== 'scanning');

/** What the list of accounts can be filtered by: the fields of the API. */
export function accountFields(customers: S['Customer'][]): FilterField[] {
  return [
    {
      key: 'status',
      label: accounts.status,
      operators: ['=', '!='],
      options: states.map(([value, label]) => ({ value, label })),
    },
    {
      key: 'provider',
      label: accounts.provider,
      operators: ['=', '!='],
      options: choices(providerNames),
    },
    {
      key: 'customer',
      label: accounts.customer,
      operators: ['=', '!=', ':'],
      options: customers.map(({ name }) => ({ value: name })),
    },
    {
      key: 'environment',
      label: accounts.environment,
      operators: ['=', '!='],
      options: choices(environments),
    },
    { key: 'name', label: accounts.name, operators: [':', '=', '^'] },
    { key: 'owner', label: accounts.owner, operators: [':', '=', '!='] },
  ];
}
