// The part of pdfmake's document definition that our papers use.
import 'server-only'
type Margin = number | readonly [number, number] | readonly [number, number, number, number]
type Look = {
  margin?: Margin
  style?: string | readonly string[]
  fontSize?: number
  bold?: boolean
  color?: string
  alignment?: 'left' | 'center' | 'right'
  lineHeight?: number
  noWrap?: boolean
  fontFeatures?: readonly string[]
  pageBreak?: 'before' | 'after'
  width?: number | 'auto' | '*'
  fillColor?: string
  colSpan?: number
  rowSpan?: number
  border?: readonly [boolean, boolean, boolean, boolean]
}
export type PdfText = Look & { text: string | readonly (string | PdfText)[]; link?: string }
export type PdfNode =
  | string
  | PdfText
  | (Look & { svg: string; height?: number })
  | (Look & { stack: readonly PdfNode[]; unbreakable?: boolean })
  | (Look & { columns: readonly PdfNode[]; columnGap?: number })
  | (Look & { ul: readonly PdfNode[] })
  | (Look & { ol: readonly PdfNode[] })
  | (Look & { table: { body: readonly (readonly PdfNode[])[]; widths?: readonly (number | 'auto' | '*')[]; headerRows?: number; dontBreakRows?: boolean; keepWithHeaderRows?: number }; layout?: string | Record<string, unknown> })
  | (Look & { image: string; fit?: readonly [number, number] })
  | (Look & { canvas: readonly Record<string, unknown>[] })

export type PdfDefinition = {
  /** Title of the file's own properties. */
  title: string
  /** Language of the text, for readers aloud. */
  locale: string
  /** Written into the file instead of the machine's time, so that the same paper is the same bytes. */
  madeAt: Date
  content: readonly PdfNode[]
  footer?: (page: number, pages: number) => PdfNode
  styles?: Record<string, Look>
  pageSize?: 'A4' | 'A5'
  pageMargins?: readonly [number, number, number, number]
}
