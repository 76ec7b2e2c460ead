/**
 * The one ornament: a thin band of tile geometry under the header of public pages and papers.
 * Uzbek houses: eight-pointed stars of girih work; Kazakh houses: the ram's horn of felt rugs.
 */
const tiles = {
  UZ: 'M12 1l3 4 5-1-1 5 4 3-4 3 1 5-5-1-3 4-3-4-5 1 1-5-4-3 4-3-1-5 5 1zM12 8l4 4-4 4-4-4zM0 10l2 2-2 2M24 10l-2 2 2 2',
  KZ: 'M12 23V12c0-6-9-6-9 0 0 4 5 4 5 1M12 12c0-6 9-6 9 0 0 4-5 4-5 1M12 6l2-3-2-2-2 2zM0 23h24M0 1h5M19 1h5',
} as const

export function TileBand({ variant }: { variant: keyof typeof tiles }) {
  return (
    <svg aria-hidden="true" focusable="false" width="100%" height="24" className="block text-act opacity-70">
      <defs>
        <pattern id={`tile-${variant}`} width="24" height="24" patternUnits="userSpaceOnUse">
          <path d={tiles[variant]} fill="none" stroke="currentColor" strokeWidth="1" strokeLinejoin="round" />
        </pattern>
      </defs>
      <rect width="100%" height="24" fill={`url(#tile-${variant})`} />
    </svg>
  )
}
