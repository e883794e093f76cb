import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useDeleteRule, useUpdateRule } from '../../api/rules';
import { useMay } from '../../api/session';
import { rules } from '../../strings/rules';
import type { S } from '../../types';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';
import { RuleDialog } from './RuleDialog';

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

/** Built-in classes can be switched off; rules of people can also be changed and deleted. */
export function RuleActions({ rule }: { rule: S['Rule'] }) {
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const close = () => setDialog(null);
  const change = useUpdateRule();
  const mayChange = useMay('operator');
  const flash = useFlash();
  const turn = () =>
    change.mutate(
      { id: rule.id, patch: { enabled: !rule.enabled } },
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
          ...(rule.builtin
            ? []
            : [
                { id: 'edit', text: rules.edit },
                { id: 'delete', text: rules.remove },
              ]),
        ]}
        onItemClick={({ detail }) => {
          if (detail.id === 'switch') turn();
          if (detail.id === 'edit' || detail.id === 'delete') setDialog(detail.id);
        }}
      />
      {dialog === 'edit' && <RuleDialog rule={rule} onClose={close} />}
      {dialog === 'delete' && <DeleteRule rule={rule} onClose={close} />}
    </>
  );
}
