import SpaceBetween from '@cloudscape-design/components/space-between';
import { Channels } from './Channels';
import { Deliveries } from './Deliveries';
import { Routes } from './Routes';

/** Settings: who is told what, and whether it arrived. */
export default function Notifications() {
  return (
    <SpaceBetween size="l">
      <Channels />
      <Routes />
      <Deliveries />
    </SpaceBetween>
  );
}
