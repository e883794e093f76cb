import { common } from '../strings/common';

export function OptionalLabel({ text }: { text: string }) {
  return (
    <>
      {text} <i className="muted">– {common.optional}</i>
    </>
  );
}
