// A photo leaves the phone as a small JPEG: drawn anew on a canvas, so nothing of the camera's notes
// (place, time, model) goes with it. The server re-encodes it again; this one is for the network's sake.
const tries = [
  { side: 1280, quality: 0.82 },
  { side: 1280, quality: 0.68 },
  { side: 1280, quality: 0.5 },
  { side: 960, quality: 0.6 },
  { side: 720, quality: 0.5 },
] as const
/** In base64 it stays under what the procedures accept. */
const mostBytes = 290_000

export async function shrinkPhoto(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    for (const { side, quality } of tries) {
      const made = await redraw(picture, side, quality)
      if (made.size <= mostBytes) return made
    }
    throw new Error('the picture could not be made small enough')
  } finally {
    picture.close()
  }
}

async function redraw(picture: ImageBitmap, side: number, quality: number): Promise<Blob> {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality))
  if (!made) throw new Error('the picture could not be encoded')
  return made
}

/** For the wire: the outbox carries photos inside the input. */
export async function base64Of(photo: Blob): Promise<string> {
  const bytes = new Uint8Array(await photo.arrayBuffer())
  let binary = ''
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(binary)
}
