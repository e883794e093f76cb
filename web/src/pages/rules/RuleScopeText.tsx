import { everyAccount, useAccounts } from '../../api/accounts';
import { everyCustomer, useCustomers } from '../../api/customers';
import { rules } from '../../strings/rules';
import type { S } from '../../types';
import { Foreign } from '../../ui/Foreign';
import { TypeName } from '../../ui/TypeName';

/** What a rule is about, a line for each condition, accounts and customers by their names. */
export function RuleScopeText({ scope }: { scope: S['RuleScope'] }) {
  const accounts = useAccounts(everyAccount);
  const customers = useCustomers(everyCustomer);
  const named = [...(accounts.data?.items ?? []), ...(customers.data?.items ?? [])];
  const nameOf = (value: string) => named.find(({ id }) => id === value)?.name ?? value;
  const set = Object.entries(scope).filter(([, value]) => value);
  if (set.length === 0) return <>{rules.anything}</>;
  const titles: Record<string, string> = rules.scopeNames;
  return (
    <>
      {set.map(([key, value]) => (
        <div key={key} className="small">
          <span className="muted">{titles[key] ?? key}:</span>{' '}
          {key === 'type' ? (
            <TypeName type={String(value)} />
          ) : (
            <Foreign text={nameOf(String(value))} most={120} />
          )}
        </div>
      ))}
    </>
  );
}
