import { Fragment } from 'react';
import { clipped, visible } from './foreignText';

interface Props {
  text: string;
  /** Characters shown; the rest is on hover up to a bound. */
  most?: number;
}

const hoverMost = 1000;

/**
 * A name or value that a cloud or a person chose: isolated in direction, controls visible, bounded. A narrow
 * place breaks an e-mail address at its @ before it breaks it anywhere.
 */
export function Foreign({ text, most = 200 }: Props) {
  const shown = visible(text);
  const title = shown.length > most ? clipped(shown, hoverMost) : undefined;
  return (
    <bdi className="foreign" title={title}>
      {clipped(shown, most)
        .split(/(?<=@)/)
        .map((part, index) => (
          <Fragment key={index}>
            {index > 0 && <wbr />}
            {part}
          </Fragment>
        ))}
    </bdi>
  );
}
