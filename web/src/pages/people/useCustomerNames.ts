import { useCustomers } from '../../api/customers';

const most = 500;

/** Customers to choose from, and their names by id. */
export function useCustomerNames() {
  const customers = useCustomers({ limit: most }).data?.items ?? [];
  return { customers, nameOf: new Map(customers.map(({ id, name }) => [id, name])) };
}
