/** One outline set; an icon always stands beside a word, so it is hidden from screen readers. */
const paths = {
  home: 'M4 11.5 12 5l8 6.5M6 10v9h12v-9M10 19v-5h4v5',
  wallet: 'M4 7.5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zm0 0 11-3v3M16 13.5h.01',
  gauge: 'M4.5 17a8.5 8.5 0 1 1 15 0M12 14l3.5-4.5M12 15.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4M7 20h10',
  building: 'M5 20V5.5L13 4v16M13 9h6v11M3 20h18M8 9h2M8 12.5h2M8 16h2M16 12.5h.01M16 16h.01',
  chat: 'M4 6h16v10.5H11L7 20v-3.5H4zM8 10h8M8 13h5',
  camera: 'M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 16.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  forward: 'M9.5 5.5 16 12l-6.5 6.5',
  down: 'M5.5 9.5 12 16l6.5-6.5',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  info: 'M12 11v5.5M12 7.6h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18',
  good: 'm8 12.3 2.8 2.8L16 9.8M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18',
  care: 'M12 9.5v4.5M12 17h.01M12 3.5 2.5 20h19z',
  danger: 'M12 7.5v5.5M12 16.3h.01M8.2 3h7.6L21 8.2v7.6L15.8 21H8.2L3 15.8V8.2z',
  clock: 'M12 7v5.3l3.3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18',
  send: 'M4 12 20 4.5 14.5 20l-3-6.5zM11.5 13.5 20 4.5',
  search: 'm20 20-4.6-4.6M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13',
  phone: 'M6.5 4h3l1.3 4-2 1.6a11 11 0 0 0 5.6 5.6l1.6-2 4 1.3v3c0 .9-.7 1.6-1.6 1.6C11 19.5 4.5 13 4.9 5.6 4.9 4.7 5.6 4 6.5 4',
  paper: 'M6 3.500h8L18.5 8v12.500H6zM13.5 3.500V8.500h5M9 12.500h6M9 16h6',
  download: 'M12 4v11.500M7 11l5 4.700L17 11M5 20h14',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.500c.5-4 3.5-6 7.5-6s7 2 7.5 6',
  people: 'M9 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c.4-3.7 2.9-5.5 6.5-5.500s6.1 1.8 6.5 5.500M16 5a3.3 3.3 0 0 1 0 6.300M18 14.800c2 .7 3.2 2.4 3.5 5.2',
  vote: 'M5 11h14v9H5zM8.5 11V4h7v7M10.5 7.500h3M9 15.500h6',
  leave: 'M14 4H5v16h9M10 12h10.500M17 8l4 4-4 4',
  globe: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M3.5 12h17M12 3c5 5.5 5 12.5 0 18-5-5.5-5-12.5 0-18',
  offline: 'M3 3l18 18M8.5 8.700A11 11 0 0 0 4 11.500M12 8c3 0 5.8 1.2 8 3.500M7 15a7 7 0 0 1 6.5-1.800M12 19h.01',
  bell: 'M6 16.500V11a6 6 0 0 1 12 0v5.500l1.5 1.500h-15zM10 21h4',
  star: 'M12 3l2.6 3.600L19 5l-.6 4.400L22.5 12l-4.1 2.600L19 19l-4.4-1.600L12 21l-2.6-3.600L5 19l.6-4.400L1.5 12l4.1-2.600L5 5l4.4 1.600z',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size = 24 }: { name: IconName; size?: 16 | 20 | 24 | 32 }) {
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="shrink-0"
    >
      <path d={paths[name]} />
    </svg>
  )
}
