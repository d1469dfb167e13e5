import { texts } from '../texts.ts';

const widths = ['w4', 'w7', 'w5', 'w8', 'w3', 'w6'];

/** What stands where messages will be. */
export function Skeleton() {
  return (
    <div className="skeleton">
      <p className="visually-hidden">{texts.messages.loading}</p>
      {widths.map((width) => (
        <div key={width} className={`skeleton-row ${width}`} aria-hidden="true" />
      ))}
    </div>
  );
}
