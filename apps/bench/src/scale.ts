/** How large a run is. `smoke` only shows that everything works; its figures mean nothing. */
export type Scale = 'full' | 'quick' | 'smoke';

/** What a scenario does at each scale. */
export type Sizes<Size> = Readonly<Record<Scale, Size>>;
