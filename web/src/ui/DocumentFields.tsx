/** The members of a document as names and values; nested ones by their path, up to a bound. */
import { resources } from '../strings/resources';
import { documentRows } from './documentRows';
import { Foreign } from './Foreign';

export function DocumentFields({ document }: { document: unknown }) {
  const rows = documentRows(document);
  return (
    <section aria-label={resources.properties}>
      <h3 className="section-title">{resources.properties}</h3>
      {rows.length === 0 && <span className="muted">{resources.noProperties}</span>}
      <dl className="fields">
        {rows.map(({ path, text }) => (
          <div key={path}>
            <dt>
              <Foreign text={path} most={130} />
            </dt>
            <dd>
              <Foreign text={text} most={400} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
