/** Ctrl K: jump to a page or an account, or start an action. */
import Modal from '@cloudscape-design/components/modal';
import { useDeferredValue, useState } from 'react';
import { useNavigate } from 'react-router';
import { useAccounts } from '../../api/accounts';
import { common, providerNames } from '../../strings/common';
import { shell } from '../../strings/shell';
import { Combobox, type ComboboxOption } from '../../ui/Combobox';
import { quoted } from '../../ui/filterText';
import { clipped, visible } from '../../ui/foreignText';
import { type NavigationPage, paletteActions, useNavigationPages } from './navigation';

const accountsMost = 8;
const nameChars = 80;

function matching(text: string, known: NavigationPage[]): ComboboxOption[] {
  const wanted = text.trim().toLowerCase();
  const pages = known.map((page) => ({ ...page, kind: shell.pages }));
  const actions = paletteActions.map((action) => ({ ...action, kind: shell.actions }));
  return [...pages, ...actions]
    .filter((entry) => entry.text.toLowerCase().includes(wanted))
    .map(({ href, text: name, kind }) => ({ id: href, text: name, kind }));
}

function useMatchingAccounts(text: string): ComboboxOption[] {
  const wanted = useDeferredValue(text.trim());
  const { data } = useAccounts({ q: `name:${quoted(wanted)}`, limit: accountsMost }, wanted !== '');
  if (wanted === '' || !data) return [];
  return data.items.map((account) => ({
    id: `/accounts/${account.id}`,
    text: clipped(visible(account.name), nameChars),
    kind: shell.account,
    note: [providerNames[account.provider], account.native_account_id].filter(Boolean).join(' '),
  }));
}

export default function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const accounts = useMatchingAccounts(text);
  const pages = useNavigationPages();
  return (
    <Modal visible header={shell.searchOrJump} closeAriaLabel={common.close} onDismiss={onClose}>
      <Combobox
        label={shell.searchOrJump}
        placeholder={shell.searchHint}
        nothing={shell.noResult}
        announce={shell.results}
        value={text}
        onChange={setText}
        options={[...accounts, ...matching(text, pages)]}
        onChoose={({ id }) => {
          onClose();
          void navigate(id);
        }}
      />
    </Modal>
  );
}
