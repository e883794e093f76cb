/** A QR code drawn here: the secret in it leaves this page for nobody. */
import { encode } from 'uqr';

interface Props {
  text: string;
  label: string;
}

const modulePixels = 4;

export function QrCode({ text, label }: Props) {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const squares = data.flatMap((row, y) =>
    row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  const pixels = size * modulePixels;
  return (
    <svg
      className="qr"
      role="img"
      aria-label={label}
      width={pixels}
      height={pixels}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <rect className="qr-light" width={size} height={size} />
      <path className="qr-dark" d={squares.join('')} />
    </svg>
  );
}
