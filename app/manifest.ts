import type { MetadataRoute } from 'next'
import { themeColours } from './_ui/theme-colours.ts'

/** One manifest for three languages: its only word is the name. The address `/` knows the person's language. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    id: '/',
    name: 'Uyim',
    short_name: 'Uyim',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    orientation: 'any',
    dir: 'ltr',
    background_color: themeColours.light,
    theme_color: themeColours.light,
    categories: ['utilities', 'government', 'finance'],
    prefer_related_applications: false,
    icons: [
      { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
      { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
      { src: '/icons/maskable-192.png', sizes: '192x192', type: 'image/png', purpose: 'maskable' },
      { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      { src: '/icons/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
    ],
  }
}
