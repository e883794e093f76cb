import { everyCustomer, useCustomers } from '../../api/customers';

/** Customers to choose from, and their names by id. */
export function useCustomerNames() {
  const customers = useCustomers(everyCustomer).data?.items ?? [];
  return { customers, nameOf: new Map(customers.map(({ id, name }) => [id, name])) };
}
