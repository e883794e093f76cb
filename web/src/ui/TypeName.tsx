import { Fragment } from 'react';
import { clipped, visible } from './foreignText';

const shownMost = 160;

/** The name of a resource type; a narrow column breaks it between its parts. */
export function TypeName({ type }: { type: string }) {
  const parts = clipped(visible(type), shownMost).split(/(?<=::|\/|\.)/);
  return (
    <bdi className="type-name">
      {parts.map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </bdi>
  );
}
