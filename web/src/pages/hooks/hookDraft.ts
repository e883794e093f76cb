/** What is typed for a hook, and the request that it becomes. */
import type { S } from '../../types';
import { readLabels } from '../../ui/labelsText';

export type HookKind = S['HookKind'];

export interface HookDraft {
  name: string;
  kind: HookKind;
  customer: string;
  accounts: string[];
  regions: string;
  tags: string;
  principal: string;
  scanAfter: boolean;
}

export const emptyHook: HookDraft = {
  name: '',
  kind: 'github',
  customer: '',
  accounts: [],
  regions: '',
  tags: '',
  principal: '',
  scanAfter: false,
};

export const namesAccounts = ({ customer, accounts }: HookDraft) =>
  customer !== '' || accounts.length > 0;

/** A hook whose runs explain changes wherever they are. */
export const isUnbounded = (draft: HookDraft) =>
  !namesAccounts(draft) && draft.regions.trim() === '' && draft.tags.trim() === '';

export function hookOf(draft: HookDraft): S['DeploymentHookCreate'] {
  const regions = draft.regions.split(/[,\s]+/).filter(Boolean);
  const tags = readLabels(draft.tags).labels;
  return {
    name: draft.name.trim(),
    kind: draft.kind,
    ...(draft.customer ? { customer_id: draft.customer } : {}),
    ...(draft.accounts.length > 0 ? { account_ids: draft.accounts } : {}),
    ...(regions.length > 0 ? { regions } : {}),
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...(draft.principal.trim() ? { principal: draft.principal.trim() } : {}),
    ...(draft.scanAfter && namesAccounts(draft) ? { scan_after: true } : {}),
  };
}

/** How a program reports: what is signed and where it goes. The values are the shell's, not the page's. */
export const genericExample = `BODY='{"run_id":"42","state":"open","name":"web 1.4.2"}'
ID=$(uuidgen); NOW=$(date +%s)
SIGNATURE=$(printf %s "$ID.$NOW.$BODY" | openssl dgst -sha256 -mac HMAC -binary \\
  -macopt hexkey:$(printf %s "\${SECRET#whsec_}" | base64 -d | xxd -p -c 64) | base64)
curl "$URL" -H "content-type: application/json" -H "webhook-id: $ID" \\
  -H "webhook-timestamp: $NOW" -H "webhook-signature: v1,$SIGNATURE" -d "$BODY"`;
