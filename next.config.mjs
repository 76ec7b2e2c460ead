/** @type {import('next').NextConfig} */
const config = {
  // NEXT_DIST_DIR lets a second build stand beside the one that is being served.
  distDir: process.env.NEXT_DIST_DIR ?? '.next',
  poweredByHeader: false,
  // sharp is for the photos that residents send; pages carry no raster images to optimise.
  images: { unoptimized: true },
  // Types and lint are `npm run check`; doing them again here would double the first start.
  typescript: { ignoreBuildErrors: true },
  compress: true,
  reactStrictMode: true,
  productionBrowserSourceMaps: false,
  serverExternalPackages: ['pg', 'pg-boss', 'pino', 'prom-client', 'pdfmake', 'sharp', '@prisma/client', '@prisma/adapter-pg'],
}

export default config
