import Button from '@cloudscape-design/components/button';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { common } from '../strings/common';
import { lists } from '../strings/lists';
import { type ListUrl, pageSizes } from './useListUrl';

interface Props {
  list: ListUrl;
  /** null on the last page; undefined while it is not known. */
  nextCursor: string | null | undefined;
}

const sizes = pageSizes.map((size) => ({ value: String(size), label: lists.perPage(size) }));

/** Forward and back through a list whose pages are cursors, and how much a page shows. */
export function CursorPager({ list, nextCursor }: Props) {
  const isFirst = list.cursor === '';
  if (isFirst && !nextCursor && list.size === 100) return null;
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      <Button
        variant="icon"
        iconName="angle-left"
        ariaLabel={common.previousPage}
        disabled={isFirst}
        onClick={list.previous}
      />
      <span className="muted small">
        {list.page > 0 ? common.pageLabel(list.page) : lists.somePage}
      </span>
      <Button
        variant="icon"
        iconName="angle-right"
        ariaLabel={common.nextPage}
        disabled={!nextCursor}
        onClick={() => nextCursor && list.next(nextCursor)}
      />
      <Select
        ariaLabel={lists.pageSize}
        options={sizes}
        selectedOption={sizes.find(({ value }) => value === String(list.size)) ?? null}
        onChange={({ detail }) => list.setSize(Number(detail.selectedOption.value))}
      />
    </SpaceBetween>
  );
}
