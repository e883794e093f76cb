import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Popover from '@cloudscape-design/components/popover';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { lists } from '../strings/lists';
import type { FilterField } from './suggestFilter';

/** The filter language in a few lines, and the fields of this list. */
export function FilterHelp({ fields }: { fields: FilterField[] }) {
  return (
    <Popover
      triggerType="custom"
      size="large"
      position="bottom"
      header={lists.filterHelp}
      content={
        <SpaceBetween size="s">
          <dl className="filter-forms">
            {lists.filterForms.map(([form, meaning]) => (
              <div key={form}>
                <dt>
                  <code>{form}</code>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
          <Box>
            <strong>{lists.filterFields}:</strong>{' '}
            {fields.map(({ name }) => (name.endsWith('.') ? `${name}…` : name)).join(', ')}
          </Box>
        </SpaceBetween>
      }
    >
      <Button variant="icon" iconName="status-info" ariaLabel={lists.filterHelp} />
    </Popover>
  );
}
