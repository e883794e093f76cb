import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useDeleteRule, useSwitchRule } from '../../api/rules';
import { useMay } from '../../api/session';
import { rules } from '../../strings/rules';
import type { S } from '../../types';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';

function DeleteRule({ rule, onClose }: { rule: S['Rule']; onClose: () => void }) {
  const remove = useDeleteRule();
  const flash = useFlash();
  return (
    <ConfirmDialog
      title={rules.removeTitle}
      confirm={rules.remove}
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(rule.id, {
          onSuccess: () => {
            flash({ type: 'success', content: rules.removed });
            onClose();
          },
        })
      }
    >
      <Foreign text={rules.removeText(rule.name)} most={300} />
    </ConfirmDialog>
  );
}

/** Built-in classes can be switched off; rules of people can also be deleted. */
export function RuleActions({ rule }: { rule: S['Rule'] }) {
  const [deleting, setDeleting] = useState(false);
  const change = useSwitchRule();
  const mayChange = useMay('operator');
  const flash = useFlash();
  const turn = () =>
    change.mutate(
      { id: rule.id, enabled: !rule.enabled },
      {
        onSuccess: ({ enabled }) =>
          flash({ type: 'success', content: enabled ? rules.switchedOn : rules.switchedOff }),
        onError: ({ title, detail }) => flash({ type: 'error', header: title, content: detail }),
      },
    );
  return (
    <>
      <ButtonDropdown
        variant="icon"
        expandToViewport
        disabled={!mayChange}
        loading={change.isPending}
        ariaLabel={rules.actionsOf(clipped(visible(rule.name), 80))}
        items={[
          { id: 'switch', text: rule.enabled ? rules.disable : rules.enable },
          ...(rule.builtin ? [] : [{ id: 'delete', text: rules.remove }]),
        ]}
        onItemClick={({ detail }) => (detail.id === 'switch' ? turn() : setDeleting(true))}
      />
      {deleting && <DeleteRule rule={rule} onClose={() => setDeleting(false)} />}
    </>
  );
}
