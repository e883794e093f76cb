import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useAcceptNewlyVisible } from '../../api/drift';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import { baseline as text } from '../../strings/drift';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { useFlash } from '../../ui/flash';

function AddNewlyVisible({ account }: { account: string }) {
  const add = useAcceptNewlyVisible();
  const mayAdd = useMay('operator');
  const flash = useFlash();
  return (
    <AppButton
      loading={add.isPending}
      refusedBecause={mayAdd ? undefined : roleNeeded.operator}
      onClick={() =>
        add.mutate(account, {
          onSuccess: () => flash({ type: 'success', content: text.addedThem }),
          onError: ({ title, detail }) => flash({ type: 'error', header: title, content: detail }),
        })
      }
    >
      {text.addThem}
    </AppButton>
  );
}

/** What is neither drift nor unchanged: said aloud, because silence would be taken for "unchanged". */
export function BaselineGaps({ baseline }: { baseline: S['Baseline'] }) {
  if (baseline.newly_visible === 0 && baseline.unknown === 0) return null;
  return (
    <SpaceBetween size="s">
      {baseline.newly_visible > 0 && (
        <Alert
          type="info"
          header={text.newlyVisible(baseline.newly_visible)}
          action={<AddNewlyVisible account={baseline.account_id} />}
        >
          {text.newlyVisibleText}
        </Alert>
      )}
      {baseline.unknown > 0 && (
        <Alert type="warning" header={text.unknown(baseline.unknown)}>
          {text.unknownText}
        </Alert>
      )}
    </SpaceBetween>
  );
}
