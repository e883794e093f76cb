import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { useState } from 'react';
import { resources } from '../strings/resources';
import { count } from './format';
import { TypeName } from './TypeName';

export interface FacetValue {
  value: string;
  count: number;
  /** What is shown in place of the value. */
  name?: string;
}

interface Props {
  title: string;
  values: FacetValue[];
  isChosen: (value: string) => boolean;
  onToggle: (value: string) => void;
}

const shownFirst = 8;

/** The values of one field with their counts; pressing one narrows the list to it. */
export function FacetList({ title, values, isChosen, onToggle }: Props) {
  const [all, setAll] = useState(false);
  const shown = all ? values : values.filter((each, at) => at < shownFirst || isChosen(each.value));
  const hidden = values.length - shown.length;
  if (values.length === 0) return null;
  return (
    <ExpandableSection headerText={title} defaultExpanded variant="footer">
      <ul className="facets">
        {shown.map((each) => (
          <li key={each.value}>
            <button
              type="button"
              aria-pressed={isChosen(each.value)}
              onClick={() => onToggle(each.value)}
            >
              <TypeName type={each.name ?? each.value} />
              <span className="number no-wrap">{count(each.count)}</span>
            </button>
          </li>
        ))}
      </ul>
      {(hidden > 0 || all) && values.length > shownFirst && (
        <button type="button" className="text-button" onClick={() => setAll(!all)}>
          {all ? resources.showFewer : resources.showMore(hidden)}
        </button>
      )}
    </ExpandableSection>
  );
}
