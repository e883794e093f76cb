import Modal from '@cloudscape-design/components/modal';
import { common } from '../../strings/common';
import { review } from '../../strings/review';

export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Modal
      visible
      size="small"
      header={review.keysTitle}
      closeAriaLabel={common.close}
      onDismiss={onClose}
    >
      <dl className="keys">
        {review.keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">{review.keysOff}</p>
    </Modal>
  );
}
