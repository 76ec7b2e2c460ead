declare module 'pdfmake' {
  type Made = { getBuffer: () => Promise<Buffer> }
  const pdfmake: {
    setFonts: (fonts: Record<string, Record<string, string>>) => void
    setLocalAccessPolicy: (allowed: (path: string) => boolean) => void
    setUrlAccessPolicy: (allowed: (url: string) => boolean) => void
    createPdf: (definition: unknown) => Made
  }
  export default pdfmake
}
