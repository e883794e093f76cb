import { useEndDeployment } from '../../api/deployments';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import { deployments } from '../../strings/deployments';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { useFlash } from '../../ui/flash';
import { clipped, visible } from '../../ui/foreignText';

/** Ends what is still open: a window, or a run whose tool never said so. */
export function EndDeployment({ deployment }: { deployment: S['Deployment'] }) {
  const end = useEndDeployment();
  const mayEnd = useMay('operator');
  const flash = useFlash();
  return (
    <AppButton
      variant="inline-link"
      loading={end.isPending}
      ariaLabel={deployments.endOf(clipped(visible(deployment.name), 60))}
      refusedBecause={mayEnd ? undefined : roleNeeded.operator}
      onClick={() =>
        end.mutate(
          { id: deployment.id, state: 'succeeded' },
          {
            onSuccess: () => flash({ type: 'success', content: deployments.didEnd }),
            onError: ({ title, detail }) =>
              flash({ type: 'error', header: title, content: detail }),
          },
        )
      }
    >
      {deployments.end}
    </AppButton>
  );
}
