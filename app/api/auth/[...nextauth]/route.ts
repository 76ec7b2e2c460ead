import { envelopeDoor } from '#server/api/session.ts'

export { envelopeDoor as GET, envelopeDoor as POST }
