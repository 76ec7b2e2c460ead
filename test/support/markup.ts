import { Fragment, isValidElement, type ReactNode } from 'react'

type Props = Record<string, unknown> & { children?: ReactNode }

/** Markup of components without state, as the server makes it: enough to see words and where links lead. */
export function markupOf(node: ReactNode): string {
  if (node === null || node === undefined || typeof node === 'boolean') return ''
  if (typeof node === 'string' || typeof node === 'number' || typeof node === 'bigint') return String(node)
  if (!isValidElement<Props>(node)) return [...(node as Iterable<ReactNode>)].map(markupOf).join('')
  const { type, props } = node
  if (typeof type === 'function') return markupOf((type as (props: Props) => ReactNode)(props))
  if (typeof type !== 'string' || (type as unknown) === Fragment) return markupOf(props.children)
  const attributes = Object.entries(props).filter(([name, value]) => name !== 'children' && typeof value === 'string').map(([name, value]) => ` ${name}="${String(value)}"`)
  return `<${type}${attributes.join('')}>${markupOf(props.children)}</${type}>`
}
