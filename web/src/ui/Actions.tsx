/** What can be done with a page: buttons, one menu on phones, where buttons would push the title away. */
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { common } from '../strings/common';
import { AppButton } from './AppButton';
import { useFollow } from './useFollow';
import { useNarrow } from './useNarrow';

export interface Action {
  id: string;
  text: string;
  onClick?: () => void;
  href?: string;
  primary?: boolean;
  loading?: boolean;
  /** Why the person may not do it; undefined where he may. */
  refusedBecause?: string | undefined;
}

function Buttons({ actions }: { actions: Action[] }) {
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {actions.map(({ id, text, onClick, primary, loading, ...rest }) => (
        <AppButton
          key={id}
          {...rest}
          variant={primary ? 'primary' : 'normal'}
          loading={loading ?? false}
          {...(onClick ? { onClick } : {})}
        >
          {text}
        </AppButton>
      ))}
    </SpaceBetween>
  );
}

function itemOf({ id, text, href, refusedBecause, loading }: Action) {
  return {
    id,
    text,
    disabled: Boolean(refusedBecause) || Boolean(loading),
    ...(href && !refusedBecause ? { href } : {}),
    ...(refusedBecause ? { disabledReason: refusedBecause } : {}),
  };
}

export function Actions({ actions }: { actions: Action[] }) {
  const narrow = useNarrow();
  const follow = useFollow();
  if (!narrow || actions.length < 2) return <Buttons actions={actions} />;
  return (
    <ButtonDropdown
      expandToViewport
      loading={actions.some(({ loading }) => loading)}
      items={actions.map(itemOf)}
      onItemFollow={follow}
      onItemClick={({ detail }) => actions.find(({ id }) => id === detail.id)?.onClick?.()}
    >
      {common.actions}
    </ButtonDropdown>
  );
}
