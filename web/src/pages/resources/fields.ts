/** Fields of a filter of resources, as the server knows them. */
import { categoryNames } from '../../strings/categories';
import type { S } from '../../types';
import type { FilterField } from '../../ui/suggestFilter';

const plain = ['name', 'native_id', 'arn', 'id', 'service', 'scope', 'customer'];

export function resourceFields(
  facets: S['Facets']['facets'] | undefined,
  accounts: { id: string; name: string }[],
): FilterField[] {
  const valuesOf = (field: string) => facets?.[field]?.map(({ value }) => value) ?? [];
  return [
    { name: 'type', values: valuesOf('type') },
    { name: 'category', values: Object.keys(categoryNames) },
    { name: 'region', values: valuesOf('region') },
    { name: 'account', values: accounts.map(({ name }) => name) },
    { name: 'stale', values: ['true', 'false'] },
    ...plain.map((name) => ({ name })),
    { name: 'last_changed' },
    { name: 'first_seen' },
    { name: 'tag.' },
    { name: 'doc.' },
  ];
}
