/** The tile star: two squares, and the doorway in the middle. The icons of the app are drawn from the same shape. */
export function BrandMark({ size = 28 }: { size?: number }) {
  return (
    <svg aria-hidden="true" focusable="false" width={size} height={size} viewBox="0 0 32 32" className="shrink-0">
      <path
        fill="currentColor"
        fillRule="evenodd"
        d="M16 1.5l4.25 4.25h6v6L30.5 16l-4.25 4.25v6h-6L16 30.5l-4.25-4.25h-6v-6L1.5 16l4.25-4.25v-6h6zM11.5 23v-7.5c0-3 2.2-4.7 4.5-7 2.3 2.3 4.5 4 4.5 7V23z"
      />
    </svg>
  )
}
