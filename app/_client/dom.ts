type Props = Readonly<Record<string, string | boolean | ((event: Event) => void) | null | undefined>>
type Child = Node | string | null | undefined | false

/** One element for pages without a framework: `h('button', { class: '…', onclick: send }, 'Send')`. Text is text, never HTML. */
export function h<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, props: Props = {}, ...children: readonly Child[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value)
    else if (value === true) element.setAttribute(name, '')
    else if (typeof value === 'string') element.setAttribute(name, value)
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false))
  return element
}
