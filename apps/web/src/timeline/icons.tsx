import type { ReactNode } from 'react';

/** Drawn in the colour of the text beside it; what it means is said by whatever it stands in. */
function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      {children}
    </svg>
  );
}

export const EditIcon = () => (
  <Icon>
    <path d="M12.6 4.4 15.6 7.4M4 16l.8-3.6 8.5-8.5a1.4 1.4 0 0 1 2 0l.8.8a1.4 1.4 0 0 1 0 2l-8.5 8.5L4 16Z" />
  </Icon>
);

export const DeleteIcon = () => (
  <Icon>
    <path d="M3.8 5.6h12.4M8 5.4V3.8h4v1.6M5.4 5.6l.7 10.6h7.8l.7-10.6M8.4 8.6v4.8M11.6 8.6v4.8" />
  </Icon>
);

export const SendIcon = () => (
  <Icon>
    <path d="M3.5 10h8M3.5 10 4.6 4.2 17 10 4.6 15.8 3.5 10Z" />
  </Icon>
);

export const DownIcon = () => (
  <Icon>
    <path d="M10 4v11.5M5 10.8l5 5 5-5" />
  </Icon>
);

export const PeopleIcon = () => (
  <Icon>
    <path d="M7.5 9.5a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM2.2 16.2c.3-2.8 2.4-4.4 5.3-4.4s5 1.6 5.3 4.4M13.2 9.2a2.4 2.4 0 0 0 .3-4.7M14.8 11.9c1.7.5 2.8 1.9 3 4" />
  </Icon>
);
