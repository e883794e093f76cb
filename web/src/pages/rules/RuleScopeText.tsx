import { useAccounts } from '../../api/accounts';
import { useCustomers } from '../../api/customers';
import { rules } from '../../strings/rules';
import type { S } from '../../types';
import { Foreign } from '../../ui/Foreign';

const most = 500;

/** What a rule is about, a line for each condition, accounts and customers by their names. */
export function RuleScopeText({ scope }: { scope: S['RuleScope'] }) {
  const accounts = useAccounts({ limit: most });
  const customers = useCustomers({ limit: most });
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
          <Foreign text={nameOf(String(value))} most={120} />
        </div>
      ))}
    </>
  );
}
