import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useRevokeToken, useTokens } from '../../api/tokens';
import { common } from '../../strings/common';
import { people } from '../../strings/people';
import { settings } from '../../strings/settings';
import type { S } from '../../types';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { EmptyState } from '../../ui/EmptyState';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';
import { ListPage } from '../../ui/ListPage';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { useListUrl } from '../../ui/useListUrl';
import { CreateToken } from './CreateToken';

type Token = S['ApiToken'];

/** What narrows the role: scopes, customers. */
function limitsOf({ scopes, customers }: Token): string {
  const parts = [
    ...(scopes ?? []).map((scope) => settings.scopes[scope]?.[0] ?? scope),
    ...(customers ? [people.customersOf(customers.length)] : []),
  ];
  return parts.join(', ');
}

function columnsWith(onRevoke: (token: Token) => void): Column<Token>[] {
  return [
    {
      id: 'name',
      header: settings.tokenName,
      heading: true,
      width: 180,
      cell: ({ name }) => <Foreign text={name} most={100} />,
    },
    {
      id: 'hint',
      header: settings.tokenHint,
      cell: ({ hint }) => <code>{hint}…</code>,
    },
    {
      id: 'role',
      header: settings.role,
      width: 150,
      cell: (token) => (
        <>
          {common.roleNames[token.role]}
          <div className="muted small">{limitsOf(token)}</div>
        </>
      ),
    },
    {
      id: 'created',
      header: settings.tokenCreated,
      sort: 'created_at',
      cell: ({ created_at }) => <RelativeTime at={created_at} />,
    },
    {
      id: 'used',
      header: settings.tokenUsed,
      sort: 'last_used_at',
      cell: ({ last_used_at }) => <RelativeTime at={last_used_at} otherwise={common.never} />,
    },
    {
      id: 'expires',
      header: settings.tokenExpires,
      cell: ({ expires_at }) => <RelativeTime at={expires_at} otherwise={common.never} />,
    },
    {
      id: 'actions',
      header: settings.tokenActions,
      silent: true,
      cell: (token) => (
        <Button
          variant="inline-link"
          ariaLabel={settings.revokeLabel(clipped(visible(token.name), 80))}
          onClick={() => onRevoke(token)}
        >
          {settings.revoke}
        </Button>
      ),
    },
  ];
}

function RevokeDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const revoke = useRevokeToken();
  const flash = useFlash();
  return (
    <ConfirmDialog
      title={settings.revokeTitle}
      confirm={settings.revoke}
      pending={revoke.isPending}
      error={revoke.error}
      onClose={onClose}
      onConfirm={() =>
        revoke.mutate(token.id, {
          onSuccess: () => {
            flash({ type: 'success', content: settings.revoked });
            onClose();
          },
        })
      }
    >
      <Foreign text={settings.revokeText(token.name)} most={400} />
    </ConfirmDialog>
  );
}

/** Settings: the tokens of scripts and the command line. */
export default function TokensSection() {
  const list = useListUrl();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const sort = list.sort || '-created_at';
  const answer = useTokens({
    sort,
    cursor: list.cursor,
    limit: list.size,
  });
  const create = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      {settings.createToken}
    </Button>
  );
  return (
    <>
      <ListPage<Token>
        title={settings.tokens}
        titleAs="h2"
        description={settings.tokensText}
        actions={create}
        columns={columnsWith(setRevoking)}
        idOf={({ id }) => id}
        list={list}
        answer={answer}
        sort={sort}
        empty={<EmptyState title={settings.noTokensTitle} text={settings.noTokensText} />}
      />
      {creating && <CreateToken onClose={() => setCreating(false)} />}
      {revoking && <RevokeDialog token={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}
