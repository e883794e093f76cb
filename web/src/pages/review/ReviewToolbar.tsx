import Multiselect from '@cloudscape-design/components/multiselect';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import { severityNames } from '../../strings/common';
import { review } from '../../strings/review';
import type { Severity } from '../../types';
import { severities } from '../../ui/severity';
import { FindField } from './FindField';
import type { Shown } from './reviewOrder';
import type { ReviewUrl } from './useReviewUrl';

interface Props {
  url: ReviewUrl;
  find: React.RefObject<HTMLDivElement | null>;
  children: React.ReactNode;
}

const options = severities.map((value) => ({ value, label: severityNames[value] }));
const shownOptions = [
  { id: 'open', text: review.showOpen },
  { id: 'decided', text: review.showDecided },
  { id: 'all', text: review.showAll },
];

export function ReviewToolbar({ url, find, children }: Props) {
  const chosen = options.filter(({ value }) => url.severities.includes(value));
  return (
    <div className="filters">
      <div ref={find} className="place">
        <FindField value={url.find} onFind={(text) => url.put({ find: text, change: null })} />
      </div>
      <div className="place">
        <Multiselect
          ariaLabel={review.severity}
          hideTokens
          placeholder={
            chosen.length > 0 ? chosen.map(({ label }) => label).join(', ') : review.anySeverity
          }
          options={options}
          selectedOptions={chosen}
          onChange={({ detail }) =>
            url.setSeverities(detail.selectedOptions.map(({ value }) => value as Severity))
          }
        />
      </div>
      <SegmentedControl
        label={review.show}
        options={shownOptions}
        selectedId={url.shown}
        onChange={({ detail }) =>
          url.put({
            show: detail.selectedId === 'open' ? null : (detail.selectedId as Shown),
            change: null,
          })
        }
      />
      {children}
    </div>
  );
}
