// A photo leaves the phone as a small JPEG: drawn anew on a canvas, so nothing of the camera's notes
// (place, time, model) goes with it. The server re-encodes it again; this one is for the network's sake.
const longestSide = 1280
const enoughBytes = 350_000

export async function shrinkPhoto(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(picture.width * scale))
    canvas.height = Math.max(1, Math.round(picture.height * scale))
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    return await encode(canvas)
  } finally {
    picture.close()
  }
}

async function encode(canvas: HTMLCanvasElement): Promise<Blob> {
  let made: Blob | null = null
  for (const quality of [0.82, 0.7, 0.55]) {
    made = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', quality))
    if (made && made.size <= enoughBytes) break
  }
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
