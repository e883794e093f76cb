import { useState } from 'react';
import { Navigate } from 'react-router';
import { takeNext } from './afterSignIn';

/** `/`: to the page that was wanted before the sign-in, else to Today. */
export function FrontDoor() {
  const [next] = useState(takeNext);
  return <Navigate to={next ?? '/today'} replace />;
}
