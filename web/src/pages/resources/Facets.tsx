import { categoryName } from '../../strings/categories';
import { resources } from '../../strings/resources';
import type { S } from '../../types';
import { FacetList } from '../../ui/FacetList';
import { hasTerm, toggleTerm } from '../../ui/toggleTerm';

interface Props {
  facets: S['Facets']['facets'];
  q: string;
  onQuery: (q: string) => void;
}

const shown = [
  { field: 'category', title: resources.category },
  { field: 'type', title: resources.type },
  { field: 'region', title: resources.region },
];

export function Facets({ facets, q, onQuery }: Props) {
  return (
    <nav aria-label={resources.facets}>
      {shown.map(({ field, title }) => (
        <FacetList
          key={field}
          title={title}
          values={(facets[field] ?? []).map((each) =>
            field === 'category' ? { ...each, name: categoryName(each.value) } : each,
          )}
          isChosen={(value) => hasTerm(q, field, value)}
          onToggle={(value) => onQuery(toggleTerm(q, field, value))}
        />
      ))}
    </nav>
  );
}
