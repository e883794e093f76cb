import { useState } from 'react';
import { resources } from '../strings/resources';
import { Foreign } from './Foreign';

const shownFirst = 12;

export function Tags({ tags }: { tags: Record<string, string> }) {
  const [all, setAll] = useState(false);
  const entries = Object.entries(tags);
  const shown = all ? entries : entries.slice(0, shownFirst);
  return (
    <section aria-label={resources.tags}>
      <h3 className="section-title">{resources.tags}</h3>
      {entries.length === 0 && <span className="muted">{resources.noTags}</span>}
      <dl className="fields">
        {shown.map(([key, value]) => (
          <div key={key}>
            <dt>
              <Foreign text={key} most={130} />
            </dt>
            <dd>
              <Foreign text={value} most={300} />
            </dd>
          </div>
        ))}
      </dl>
      {entries.length > shown.length && (
        <button type="button" className="text-button" onClick={() => setAll(true)}>
          {resources.showMore(entries.length - shown.length)}
        </button>
      )}
    </section>
  );
}
