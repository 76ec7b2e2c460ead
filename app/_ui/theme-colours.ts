/** The two grounds of globals.css, for the places that cannot read a style sheet: the manifest and the browser's own bar. */
export const themeColours = { light: '#f7f6f2', dark: '#14171a', act: '#0b5d5b' } as const
